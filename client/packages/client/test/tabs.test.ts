import { describe, expect, it } from 'vitest';
import { until } from '../../../testing/browser.ts';
import { createCoatcheck } from '../src/index.ts';
import { ALICE, BOB, failureOf, setting } from './setting.ts';

describe('other tabs', () => {
  it('see a sign-in', async () => {
    const { openTab } = await setting();
    const one = openTab().client;
    const two = openTab().client;
    await two.session();
    await one.login(ALICE);
    await until(two.subscribe, () => two.getSnapshot().status === 'signed-in');
    expect(two.getSnapshot().session?.id).toBe(one.getSnapshot().session?.id);
  });

  it('see a sign-out', async () => {
    const { api, openTab } = await setting();
    const one = openTab().client;
    const two = openTab().client;
    await one.login(ALICE);
    await two.session();
    expect(two.getSnapshot().status).toBe('signed-in');
    await one.logout();
    await until(two.subscribe, () => two.getSnapshot().status === 'signed-out');
    expect(api.last('GET', '/auth/session').path).toBe('/auth/session?slide=false');
  });

  it('see that this session was ended from the list of devices', async () => {
    const { openTab } = await setting();
    const one = openTab().client;
    const two = openTab().client;
    await one.login(ALICE);
    await two.session();
    await one.sessions.end('s1');
    await until(two.subscribe, () => two.getSnapshot().status === 'signed-out');
  });

  it('that nobody has asked anything ask nothing either', async () => {
    const { api, openTab } = await setting();
    const silent = openTab().client;
    const listening = openTab().client;
    await listening.session();
    await openTab().client.login(ALICE);
    await until(listening.subscribe, () => listening.getSnapshot().status === 'signed-in');
    await silent.fetch('/api/public');
    expect(api.count('GET', '/auth/session')).toBe(2);
    expect(silent.getSnapshot().status).toBe('unknown');
  });

  it('are told that something happened, and nothing else', async () => {
    const { openTab } = await setting();
    const { client, tab } = openTab();
    await client.login(ALICE);
    await client.logout();
    expect(tab.said).toEqual([{ type: 'login' }, { type: 'logout' }]);
  });

  it('are not told of an attempt that failed', async () => {
    const { openTab } = await setting();
    const { client, tab } = openTab();
    await failureOf(client.login({ username: 'alice', password: 'wrong' }));
    expect(tab.said).toEqual([]);
  });

  it('drop an answer that was on its way when they hear, and ask again', async () => {
    const { api, openTab } = await setting();
    const one = openTab().client;
    const two = openTab().client;
    const question = api.hold('GET', '/auth/session');
    const early = two.session();
    await question.arrived;
    const again = api.hold('GET', '/auth/session');
    await one.login(ALICE);
    await again.arrived;
    const states: string[] = [];
    two.subscribe(() => states.push(two.getSnapshot().status));
    question.letIn();
    await two.fetch('/api/public');
    again.letIn();
    expect(await early).toMatchObject({ status: 'signed-in' });
    expect(states).toEqual(['signed-in']);
  });

  it('do not send in the name of somebody else what was started as the one who left', async () => {
    const { api, openTab } = await setting();
    const one = openTab().client;
    const two = openTab().client;
    await one.login(ALICE);
    await two.session();
    const question = api.hold('GET', '/auth/session');
    await one.login(BOB);
    await question.arrived;
    const failure = failureOf(two.fetch('/api/notes', { method: 'POST', body: 'as alice' }));
    question.letIn();
    expect(await failure).toMatchObject({ code: 'user-changed' });
    expect(api.count('POST', '/api/notes')).toBe(0);
  });

  it('of other APIs do not matter, nor does what others say on the channel', async () => {
    const { api, open, openTab } = await setting();
    const { client, tab } = openTab();
    await client.session();
    const asked = api.count('GET', '/auth/session');
    const elsewhere = openTab({ basePath: '/other' });
    elsewhere.client.close();
    const Channel = tab.BroadcastChannel as NonNullable<typeof tab.BroadcastChannel>;
    const channel = new Channel(`coatcheck ${api.url}/auth`);
    for (const noise of [null, 'login', 7, {}, { type: 'lunch' }]) {
      channel.postMessage(noise);
    }
    // Messages arrive in order: when this one has had its effect, the others have had none.
    await open().login(ALICE);
    channel.postMessage({ type: 'login' });
    await until(client.subscribe, () => client.getSnapshot().status === 'signed-in');
    channel.close();
    expect(api.count('GET', '/auth/session')).toBe(asked + 1);
  });

  it('are left alone after close', async () => {
    const { api, openTab } = await setting();
    let time = 1_000_000;
    const one = openTab();
    const two = openTab({ now: () => time });
    const three = openTab().client;
    await two.client.session();
    await three.session();
    two.client.close();
    const asked = api.count('GET', '/auth/session');
    await one.client.login(ALICE);
    await until(three.subscribe, () => three.getSnapshot().status === 'signed-in');
    for (const comeBack of [two.tab.focus, () => two.tab.show(true), () => two.tab.turnVisible(true)]) {
      time += 10_000;
      comeBack();
    }
    await two.client.fetch('/api/public');
    expect(api.count('GET', '/auth/session')).toBe(asked + 1);
    await two.client.login(ALICE);
    expect(two.tab.said).toEqual([]);
  });

  it('are done without where the channel may not be used', async () => {
    const { openTab, open } = await setting();
    const refusing = class {
      constructor() {
        throw new Error('sandboxed');
      }
    };
    const { tab } = openTab();
    const client = open({ window: { ...tab, BroadcastChannel: refusing as never } });
    expect(await client.login(ALICE)).toMatchObject({ status: 'signed-in' });
  });
});

describe('coming back to the page', () => {
  it.each([
    ['focus', 'focus'],
    ['showing the tab', 'visible'],
    ['the back button', 'show'],
  ])('by %s looks again, without touching', async (_, way) => {
    const { api, openTab, open } = await setting();
    let time = 1_000_000;
    const { client, tab } = openTab({ now: () => time });
    await open().login(ALICE);
    await client.session();
    api.endAll('session-expired');
    time += 5_000;
    if (way === 'focus') {
      tab.focus();
    } else if (way === 'visible') {
      tab.turnVisible(false);
      await client.fetch('/api/public');
      expect(api.count('GET', '/auth/session')).toBe(1);
      tab.turnVisible(true);
    } else {
      tab.show(true);
    }
    await until(client.subscribe, () => client.getSnapshot().status === 'signed-out');
    expect(api.last('GET', '/auth/session').path).toBe('/auth/session?slide=false');
  });

  it('looks at most once in five seconds, and not because a page is shown for the first time', async () => {
    const { api, openTab } = await setting();
    let time = 1_000_000;
    const { client, tab } = openTab({ now: () => time });
    tab.focus();
    tab.show(true);
    expect(api.seen).toEqual([]);
    await client.session();
    time += 4_999;
    tab.focus();
    tab.turnVisible(true);
    time += 10_000;
    tab.show(false);
    await client.fetch('/api/public');
    expect(api.count('GET', '/auth/session')).toBe(1);
    tab.focus();
    tab.focus();
    await client.session({ slide: false });
    expect(api.count('GET', '/auth/session')).toBe(2);
  });

  it('looks again also where the state comes from a sign-in', async () => {
    const { api, openTab } = await setting();
    const { client, tab } = openTab();
    await client.login(ALICE);
    api.endAll('session-revoked');
    tab.focus();
    await until(client.subscribe, () => client.getSnapshot().status === 'signed-out');
  });

  it('looks although the clock was set back', async () => {
    const { api, openTab } = await setting();
    let time = 1_000_000;
    const { client, tab } = openTab({ now: () => time });
    await client.session();
    time = 0;
    const asked = api.hold('GET', '/auth/session');
    tab.focus();
    await asked.arrived;
    asked.letIn();
  });

  it('to an API that is gone breaks nothing: the state says that it is old', async () => {
    const { api, openTab } = await setting();
    let time = 1_000_000;
    const { client, tab } = openTab({ now: () => time });
    await client.login(ALICE);
    await client.session();
    await api.close();
    time += 5_000;
    tab.focus();
    await until(client.subscribe, () => client.getSnapshot().stale);
    expect(client.getSnapshot().status).toBe('signed-in');
  });
});

describe('without a window', () => {
  it('everything works but the tabs, and the process may end', async () => {
    const { api } = await setting();
    expect('window' in globalThis).toBe(false);
    const client = createCoatcheck({ baseUrl: api.url });
    expect(await client.session()).toMatchObject({ status: 'signed-out' });
    client.close();
  });
});

describe('subscribers', () => {
  it('do not suffer from each other, nor does the caller', async () => {
    const { open } = await setting();
    const client = open();
    const caught = new Promise((resolve) => process.once('uncaughtException', resolve));
    let heard = 0;
    client.subscribe(() => {
      throw new Error('a mistake of a listener');
    });
    client.subscribe(() => heard++);
    expect(await client.login(ALICE)).toMatchObject({ status: 'signed-in' });
    expect(heard).toBe(1);
    expect(await caught).toMatchObject({ message: 'a mistake of a listener' });
  });

  it('may subscribe the same function twice and stop one of them', async () => {
    const { open } = await setting();
    const client = open();
    let heard = 0;
    const listener = () => heard++;
    client.subscribe(listener);
    client.subscribe(listener)();
    await client.login(ALICE);
    expect(heard).toBe(1);
  });
});
