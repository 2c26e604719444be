import { describe, expect, test } from 'vitest';
import { found } from './secrets.ts';

describe('the search for secrets', () => {
  const secret = 'ccs_Abc/def+0123456789-"quoted"-xyz';
  const planted: [string, string][] = [
    ['plain', `ticket=${secret};`],
    ['url', `?t=${encodeURIComponent(secret)}&x`],
    ['json', JSON.stringify({ t: secret })],
    ['hex', Buffer.from(secret).toString('hex')],
    ['base64', Buffer.from(secret).toString('base64')],
    ['base64 inside', Buffer.from(`x${secret}y`).toString('base64')],
    ['base64url inside', Buffer.from(`xy${secret}z`).toString('base64url')],
  ];

  test.each(planted)('finds a %s one', (_, text) => {
    expect(found(new Map([['it', secret]]), new Map([['file', Buffer.from(text)]]))).not.toEqual([]);
  });

  test('finds nothing where nothing is', () => {
    expect(
      found(new Map([['it', secret]]), new Map([['file', Buffer.from('ccs_Abc and other words')]])),
    ).toEqual([]);
  });
});
