import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

// A certificate for the day; a browser is told its key or to accept everything, nothing trusts it.
export function certificate() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'measure-'))
  const [key, cert] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      '-subj',
      '/CN=measure',
    ],
    { stdio: 'ignore' },
  )
  const spki = execFileSync('sh', [
    '-c',
    `openssl x509 -in '${cert}' -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | openssl base64`,
  ])
    .toString()
    .trim()
  const found = { key: fs.readFileSync(key), cert: fs.readFileSync(cert), spki }
  fs.rmSync(dir, { recursive: true })
  return found
}
