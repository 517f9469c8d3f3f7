-- Its owner may end a tenant; nothing but erase_tenant removes it.
GRANT UPDATE (deleted_at) ON tenants TO hikyaku_app;
