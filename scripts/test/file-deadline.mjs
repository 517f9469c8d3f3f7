// In every test file's process: a file that does not end (the runner's own limit is a test's, and a hook or an open handle outlives that) is ended and failed.
if (process.env.NODE_TEST_CONTEXT) {
  const limitMs = Number(process.env.HIKYAKU_TEST_FILE_TIMEOUT_MS);
  setTimeout(() => {
    const open = process.getActiveResourcesInfo().join(', ');
    console.error(`${process.argv[1]} did not end within ${limitMs / 1000} s; still open: ${open}`);
    process.exit(1);
  }, limitMs).unref();
}
