-- Cluster, the user's slot: some of the user's entries, latest sign-in first. KEYS: the user's sign-ins.
-- ARGV: user, now, how many, and where to go on: authenticatedAt and id of the last one seen, or '' and ''.
-- Answers ids and sign-ins in turn.
local many, after, after_id = tonumber(ARGV[3]), ARGV[4], ARGV[5]
trim(ARGV[1], tonumber(ARGV[2]))
local members, offset = {}, 0
while true do
  local some = redis.call('ZREVRANGEBYSCORE', KEYS[1], after == '' and '+inf' or after, '-inf',
    'WITHSCORES', 'LIMIT', offset, 100)
  for i = 1, #some, 2 do
    -- Equal scores come in falling order of their ids.
    if after == '' or tonumber(some[i + 1]) < tonumber(after) or some[i] < after_id then
      members[#members + 1] = some[i]
      members[#members + 1] = some[i + 1]
      if #members == 2 * many then
        return members
      end
    end
  end
  if #some < 200 then
    return members
  end
  offset = offset + 100
end
