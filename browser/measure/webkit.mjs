// A WebKitGTK that is spoken to by WebDriver: WebKitWebDriver and MiniBrowser, on a screen that nobody sees. It shares WebKit's rules with
// Safari, but not its network layer (libsoup instead of Apple's), nor its cookie jar: what is measured here is WebKitGTK.
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'

const DRIVER = process.env.WEBKIT_DRIVER || 'WebKitWebDriver'
const BROWSERS = ['/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser', '/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser']
const BROWSER = process.env.MINI_BROWSER || BROWSERS.find((file) => fs.existsSync(file)) || BROWSERS[0]

export const version = () => {
  try {
    const text = execFileSync('dpkg-query', ['-W', '-f', '${Version}', 'webkit2gtk-driver']).toString()
    return `WebKitGTK ${text.replace(/-.*/, '')} (MiniBrowser)`
  } catch {
    return 'WebKitGTK, version unknown (MiniBrowser)'
  }
}

let screen
async function display() {
  screen ??= new Promise((resolve, reject) => {
    const proc = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    })
    process.on('exit', () => proc.kill())
    proc.on('error', reject)
    proc.stdio[3].once('data', (d) => resolve(`:${String(d).trim()}`))
  })
  return screen
}

let ports = 20000 + (process.pid % 20000)

export async function launch(server) {
  const port = ++ports
  const proc = spawn(DRIVER, [`--port=${port}`], {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, DISPLAY: await display(), GDK_BACKEND: 'x11', NO_AT_BRIDGE: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
  })
  const quit = () => {
    try {
      process.kill(-proc.pid, 'SIGKILL')
    } catch {}
  }
  const ask = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}),
    })
    const { value } = await answer.json()
    if (!answer.ok) throw new Error(`${method} ${path}: ${value?.error} ${value?.message}`)
    return value
  }
  try {
    for (let i = 0; ; i++) {
      try {
        await ask('GET', '/status')
        break
      } catch (e) {
        if (i > 100) throw e
        await new Promise((r) => setTimeout(r, 100))
      }
    }
    const made = await ask('POST', '/session', {
      capabilities: {
        alwaysMatch: {
          acceptInsecureCerts: true,
          pageLoadStrategy: 'normal',
          'webkitgtk:browserOptions': { binary: BROWSER, args: ['--automation', `--proxy=socks5://127.0.0.1:${server.port}`] },
        },
      },
    })
    return await driver(`/session/${made.sessionId}`, ask, quit)
  } catch (e) {
    quit()
    throw e
  }
}

async function driver(session, ask, quit) {
  await ask('POST', `${session}/timeouts`, { pageLoad: 10000, script: 15000 })
  const evaluate = async (expression) => {
    const text = await ask('POST', `${session}/execute/async`, {
      script: `const done=arguments[arguments.length-1];(async()=>(${expression}))().then(v=>done(JSON.stringify(v??null)),e=>done(JSON.stringify({error:String(e)})))`,
      args: [],
    })
    return text === null ? undefined : (JSON.parse(text) ?? undefined)
  }
  const top = () => ask('POST', `${session}/frame`, { id: null })
  const first = await ask('GET', `${session}/window`)
  return {
    go: async (url) => {
      await top().catch(() => {})
      await ask('POST', `${session}/url`, { url }).catch(() => {})
    },
    reload: () => ask('POST', `${session}/refresh`, {}).catch(() => {}),
    runInPage: async (expression) => {
      await top()
      return evaluate(expression)
    },
    runInFrame: async (expression) => {
      await top()
      await ask('POST', `${session}/frame`, { id: 0 })
      return evaluate(expression)
    },
    run: (expression) => evaluate(expression),
    url: async () => {
      await top().catch(() => {})
      return ask('GET', `${session}/url`).catch(() => '')
    },
    closeOthers: async () => {
      for (const handle of await ask('GET', `${session}/window/handles`).catch(() => [])) {
        if (handle === first) continue
        await ask('POST', `${session}/window`, { handle })
        await ask('DELETE', `${session}/window`)
      }
      await ask('POST', `${session}/window`, { handle: first }).catch(() => {})
    },
    close: async () => {
      await ask('DELETE', session).catch(() => {})
      quit()
    },
  }
}
