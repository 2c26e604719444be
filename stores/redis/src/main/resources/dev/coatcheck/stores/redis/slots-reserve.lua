-- Cluster, the user's slot: takes a place for a sign-in before the session's slot hears of it. KEYS: the user's sign-ins.
-- ARGV: user, id, authenticatedAt, deadline, now, most, policy.
-- Answers 'reserved' with 1 when the place is new and, when there are too many, the ids and sign-ins of the others; then
-- the ids of old tombstones, which are on no list any more and are to be forgotten.
local user, id, auth, now = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[5])
if cut_off(user, auth) then
  return { 'cutoff' }
end
trim(user, now)
local own = redis.call('ZSCORE', user_key(user, 'index'), id)
if own and tonumber(own) > now then
  -- A score may lie before the sign-in that it stands for, never behind it: the end of all looks by it.
  if tonumber(redis.call('ZSCORE', KEYS[1], id) or 0) > auth then
    redis.call('ZADD', KEYS[1], ARGV[3], id)
  end
  return { 'reserved', 0, {}, too_many_tombstones(user) }
end
local present = {}
if excess(user, id, now, tonumber(ARGV[6])) > 0 then
  for _, other in ipairs(others(user, id, now)) do
    present[#present + 1] = other
    present[#present + 1] = redis.call('ZSCORE', KEYS[1], other) or '0'
  end
  if ARGV[7] == 'REFUSE' then
    return { 'limit', 0, present }
  end
end
enlist(user, id, auth, tonumber(ARGV[4]), now)
return { 'reserved', 1, present, too_many_tombstones(user) }
