-- A channel that pictures go to is the same in each mode: the worker notes the one that it runs in.
GRANT UPDATE (environment) ON mailboxes TO hikyaku_system;
