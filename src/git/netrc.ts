import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { HttpCredentials } from './http-client.ts'

const maxFileBytes = 64 * 1024

/** What ~/.netrc says of a machine, as curl reads it for git; of one login only, where it is named. */
export function netrcCredentials(
  env: NodeJS.ProcessEnv,
  { host, username }: { readonly host: string; readonly username: string | undefined },
): HttpCredentials | undefined {
  const path = join(env['HOME'] ?? homedir(), '.netrc')
  const info = statSync(path, { throwIfNoEntry: false })
  if (!info?.isFile() || info.size > maxFileBytes) return undefined
  const words = readFileSync(path, 'utf8').split(/\s+/)
  for (let at = 0; at < words.length; at++) {
    const isDefault = words[at] === 'default'
    if (!isDefault && words[at] !== 'machine') continue
    const isOurs = isDefault || words[at + 1] === host
    if (!isDefault) at++
    let login: string | undefined
    let password: string | undefined
    for (; ['login', 'password', 'account'].includes(words[at + 1] ?? ''); at += 2) {
      if (words[at + 1] === 'login') login = words[at + 2]
      if (words[at + 1] === 'password') password = words[at + 2]
    }
    if (isOurs && login !== undefined && password !== undefined && (username === undefined || username === login))
      return { username: login, password }
  }
  return undefined
}
