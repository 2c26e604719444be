-- Writes a new record. KEYS: record. ARGV: id, now, deadline, user or '', authenticatedAt, most, policy, fields...
local key, id, now, deadline = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local user, auth, most, policy = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7]

if taken(key) then
  return { 'taken' }
end
local many = 0
if user ~= '' then
  if ONE_SLOT then
    if cut_off(user, auth) then
      return { 'cutoff' }
    end
    trim(user, now)
    many = excess(user, id, now, most)
    if many > 0 and policy == 'REFUSE' then
      return { 'limit' }
    end
  elseif fenced(key, 'c', user, auth) then
    return { 'cutoff' }
  end
end

local ended_on_arrival = user ~= '' and fenced(key, 'l', user, auth)
if not ONE_SLOT then
  redis.call('DEL', key)
end
write_fields(key, ARGV, 8)
redis.call('PEXPIRE', key, text(math.max(deadline - now, 0) + KEEP))
if ended_on_arrival then
  bury(key, facts_of(key), 'LIMIT', now)
end
if user == '' or not ONE_SLOT then
  return { 'stored', {} }
end
enlist(user, id, auth, deadline, now)
local ended = many > 0 and end_oldest(user, id, now, many) or {}
forget_old_tombstones(user)
return { 'stored', ended }
