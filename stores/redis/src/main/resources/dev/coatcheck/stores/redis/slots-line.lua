-- Cluster, the user's slot: draws the line. KEYS: the user's sign-ins. ARGV: user, not-before, how long it is kept (ms).
-- Answers the ids of what may lie at or before it, sign-ins on their way included.
draw_line(ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]))
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
