// A real Chromium for the tests: one line of JSON in is one sign-in of an app, one line out is what the page got.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { chromium } = require('playwright-core');

const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'doctor-chromium-'));
fs.mkdirSync(path.join(profile, 'Default'));
// Debian's build blocks third-party cookies; people's browsers mostly don't yet.
fs.writeFileSync(path.join(profile, 'Default', 'Preferences'), JSON.stringify({ profile: { cookie_controls_mode: 0 } }));

async function signIn({ api, csrf, csrfHeader, change }) {
  const withCookies = { credentials: 'include' };
  const json = { 'Content-Type': 'application/json' };
  const seen = {};
  try {
    const token = csrf ? (await (await fetch(api + '/csrf', withCookies)).json()).csrfToken : undefined;
    const login = await fetch(api + '/login', {
      ...withCookies,
      method: 'POST',
      headers: token ? { ...json, [csrfHeader]: token } : json,
      body: JSON.stringify({ username: 'anna', password: 'correct horse' }),
    });
    seen.login = login.status;
    const me = await fetch(api + '/me', withCookies);
    seen.me = me.status;
    const fresh = (await me.json()).csrfToken;
    const note = await fetch(api + '/note', {
      ...withCookies,
      method: change,
      headers: { ...json, [csrfHeader]: fresh },
      body: '{"text":"x"}',
    });
    seen.note = note.status;
  } catch (error) {
    seen.error = String(error);
  }
  return seen;
}

async function main() {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    ...(process.env.HAR ? { recordHar: { path: process.env.HAR, content: 'embed' } } : {}),
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--host-resolver-rules=MAP *.test 127.0.0.1',
    ],
  });
  console.log('ready ' + context.browser()?.version());
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const job = JSON.parse(line);
    await context.clearCookies();
    const page = await context.newPage();
    await page.goto(job.app + '/');
    console.log('result ' + JSON.stringify(await page.evaluate(signIn, job)));
    await page.close();
  }
  await context.close();
  fs.rmSync(profile, { recursive: true, force: true });
}

main().catch((error) => {
  console.log('failed ' + error);
  process.exit(1);
});
