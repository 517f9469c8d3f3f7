/** SQL: a recursive CTE of the devices that have mail waiting in account `$1`; ends in a null. A skip scan: one probe per device, however long the backlog of one of them is. */
export const DEVICES_DUE = `devices_due AS (
  (SELECT m.device_id FROM messages m WHERE m.account_key = $1 AND m.due_at IS NOT NULL ORDER BY m.device_id LIMIT 1)
  UNION ALL
  SELECT (SELECT m.device_id FROM messages m
          WHERE m.account_key = $1 AND m.due_at IS NOT NULL AND m.device_id > d.device_id ORDER BY m.device_id LIMIT 1)
  FROM devices_due d WHERE d.device_id IS NOT NULL
)`;
