import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi({ operator: { email: 'operator@example.com', code: 'ABCD-EFGH-JKMN' } });
});
after(() => api.close());

test('where no address can be confirmed, the operator’s address makes nobody the operator: the code does', async () => {
  const stranger = await api.owner('operator@example.com');
  const seen = await stranger.must<{ isOperator: boolean; operatorWanted: boolean }>('GET', 'me');
  assert.deepEqual([seen.isOperator, seen.operatorWanted], [false, true]);
  const operator = await api.owner('somebody-else@example.com');
  await operator.must('POST', 'operator', { code: 'ABCD-EFGH-JKMN' });
  assert.equal((await operator.must<{ isOperator: boolean }>('GET', 'me')).isOperator, true);
});
