-- One page of a user's living sessions, latest sign-in first. KEYS: the user's sign-ins. ARGV: user, now, size,
-- and where to go on: authenticatedAt and id of the last one shown, or '' and ''.
-- Answers id, authenticatedAt and record in turn, one more than asked for when there is more.
local user, now, size, after, after_id = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
trim(user, now)
local page, offset = {}, 0
while true do
  local some = redis.call('ZREVRANGEBYSCORE', KEYS[1], after == '' and '+inf' or after, '-inf',
    'WITHSCORES', 'LIMIT', offset, 100)
  for i = 1, #some, 2 do
    local id, auth = some[i], tonumber(some[i + 1])
    -- Equal scores come in falling order of their ids.
    if after == '' or auth < tonumber(after) or id < after_id then
      local facts = facts_of(record_key(id))
      if facts and facts.user == user and alive(facts, now) then
        page[#page + 1] = id
        page[#page + 1] = some[i + 1]
        page[#page + 1] = redis.call('HGETALL', record_key(id))
        if #page > 3 * size then
          return page
        end
      end
    end
  end
  if #some < 200 then
    return page
  end
  offset = offset + 100
end
