-- Cluster, the user's slot: what became of a session, told afterwards. KEYS: the user's sign-ins.
-- ARGV: user, id, now, what, deadline or '', authenticatedAt or ''. What: 'ended' (its place is free), 'raised' (a touch),
-- 'signed-in' (assigns), 'left' (no longer this user's; the entry stays until it expires, because it may be again).
-- None of them makes an entry: a late word about a session that ended changes nothing.
local user, id, now, what = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local index = user_key(user, 'index')
if what == 'ended' then
  strike(user, id, now)
  remember_tombstone(user, id, now)
elseif what == 'left' then
  redis.call('ZADD', index, 'XX', text(now), id)
elseif what == 'raised' then
  redis.call('ZADD', index, 'XX', 'GT', ARGV[5], id)
else
  redis.call('ZADD', index, 'XX', ARGV[5], id)
  redis.call('ZADD', KEYS[1], 'XX', ARGV[6], id)
end
settle(user, now)
return {}
