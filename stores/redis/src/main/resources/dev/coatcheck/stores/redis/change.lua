-- A change without a privilege, as most are. KEYS: record. ARGV: now, epoch, seen or '', deadline, expected token or '',
-- next token, how many attributes are put; then the fields of those, their values, and their expected versions or '';
-- then the fields of the attributes that are removed.
-- Answers 'applied' and the revision and, when it raised a deadline, nobody ended, the user or '', and the deadline.
local key, now, expected, puts = KEYS[1], tonumber(ARGV[1]), ARGV[5], tonumber(ARGV[7])
local names, values, versions, removed = 7, 7 + puts, 7 + 2 * puts, 7 + 3 * puts

-- What is overwritten is read as well: a server that refuses to tell has it written back.
local raw = redis.pcall('HMGET', key, 'v', 'e', 'r', 's', 'd', 't', 'x', unpack(ARGV, names + 1, names + math.min(puts, PIECE)))
if raw.err and no_hash(raw) then
  return { 'dead', '', 1 }
end
if not raw[1] then
  return { 'dead', '', 0 }
end
for i = 1 + PIECE, puts, PIECE do
  for j, stored in ipairs(redis.call('HMGET', key, unpack(ARGV, names + i, names + math.min(puts, i + PIECE - 1)))) do
    raw[6 + i + j] = stored
  end
end
local epoch, revision, seen, deadline = tonumber(raw[2]), tonumber(raw[3]), tonumber(raw[4]), tonumber(raw[5])
if raw[1] ~= '1' or not (epoch and revision and seen and deadline and raw[6]) then
  return { 'dead', '', 1 }
end
if raw[7] or now >= deadline then
  return { 'dead', raw[7] or '', 0 }
end
if epoch ~= tonumber(ARGV[2]) then
  return { 'replaced' }
end
for i = 1, puts do
  if ARGV[versions + i] ~= '' and ARGV[versions + i] ~= version_of(raw[7 + i]) then
    return { 'conflict', redis.call('HGETALL', key) }
  end
end
if expected ~= '' and string.sub(raw[6], 1, #expected) ~= expected then
  return { 'conflict', redis.call('HGETALL', key) }
end

local next_revision, rises = text(revision + 1), false
local written, n = { 'r', next_revision }, 2
if ARGV[3] ~= '' then
  rises = tonumber(ARGV[4]) > deadline
  written[3], written[4] = 's', tonumber(ARGV[3]) > seen and ARGV[3] or raw[4]
  written[5], written[6] = 'd', rises and ARGV[4] or raw[5]
  n = 6
end
if expected ~= '' then
  written[n + 1], written[n + 2] = 't', ARGV[6]
  n = n + 2
end
for i = 1, puts do
  written[n + 1], written[n + 2] = ARGV[names + i], next_revision .. ':' .. ARGV[values + i]
  n = n + 2
end
write_fields(key, written, 1)
tell('W', id_of(key) .. ' ' .. next_revision, function()
  redis.call('HSET', key, 'r', raw[3], 's', raw[4], 'd', raw[5], 't', raw[6])
  for i = 1, puts do
    if raw[7 + i] then
      redis.call('HSET', key, ARGV[names + i], raw[7 + i])
    else
      redis.call('HDEL', key, ARGV[names + i])
    end
  end
end)
for i = removed + 1, #ARGV, PIECE do
  redis.call('HDEL', key, unpack(ARGV, i, math.min(i + PIECE - 1, #ARGV)))
end
if not rises then
  return { 'applied', next_revision }
end
redis.call('PEXPIRE', key, text(tonumber(ARGV[4]) - now + KEEP))
local user = redis.call('HGET', key, 'u')
if ONE_SLOT and user then
  redis.call('ZADD', user_key(user, 'index'), ARGV[4], id_of(key))
  settle(user, now)
end
return { 'applied', next_revision, {}, user or '', ARGV[4] }
