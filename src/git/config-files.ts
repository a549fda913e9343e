import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseConfig, type ConfigLine } from './parse-config.ts'

/** Programs of a distribution read this file; others were built with a place of their own. */
const systemFile = '/etc/gitconfig'
const systemPrograms = new Set(['/usr/bin/git', '/bin/git'])
/** Variables that change values in ways of their own. */
const settingVariables = /^GIT_CONFIG(?:$|_COUNT$|_PARAMETERS$|_KEY_|_VALUE_)/

/** Where the git program lies, by PATH; undefined where there is none. */
export function findGit(env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  const found = folders.find((folder) => existsSync(`${folder}/git`))
  return found === undefined ? undefined : join(found, 'git')
}

/**
 * Git's configuration of all scopes, by name, read from its files. Undefined where only git knows it: files that include others, variables
 * that set values, a program that is no part of the system.
 */
export function readConfigFiles(
  { gitDir, commonDir }: { readonly gitDir: string; readonly commonDir: string },
  env: NodeJS.ProcessEnv,
): ReadonlyMap<string, readonly string[]> | undefined {
  if (Object.keys(env).some((name) => settingVariables.test(name))) return undefined
  const values = new Map<string, string[]>()
  const take = (path: string): boolean => {
    const lines = readFile(path)
    for (const [name, value] of lines ?? []) values.set(name, [...(values.get(name) ?? []), value])
    return lines !== undefined
  }
  const files = sharedFiles(env)
  if (!files || ![...files, join(commonDir, 'config')].every(take)) return undefined
  const isOwn = isTrue(values.get('extensions.worktreeconfig')?.at(-1))
  return !isOwn || take(join(gitDir, 'config.worktree')) ? values : undefined
}

/** Small letters are made first: for an expression that takes both, the engine looks up the cases of all of Unicode. */
function isTrue(value = ''): boolean {
  return /^(?:true|yes|on|1)$/.test(value.toLowerCase())
}

/** Those of the system and the user, in their order. */
function sharedFiles(env: NodeJS.ProcessEnv): readonly string[] | undefined {
  const git = findGit(env)
  const hasNoSystem = isTrue(env['GIT_CONFIG_NOSYSTEM'])
  const system = env['GIT_CONFIG_SYSTEM'] ?? systemFile
  if (!hasNoSystem && git && !systemPrograms.has(git) && env['GIT_CONFIG_SYSTEM'] === undefined) return undefined
  const home = env['HOME'] ?? homedir()
  const own = [join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git/config'), join(home, '.gitconfig')]
  const global = env['GIT_CONFIG_GLOBAL'] === undefined ? own : [env['GIT_CONFIG_GLOBAL']].filter(Boolean)
  return [...(hasNoSystem ? [] : [system]), ...global]
}

/** No lines where there is no file; undefined where it cannot be read here. */
function readFile(path: string): readonly ConfigLine[] | undefined {
  try {
    return parseConfig(readFileSync(path, 'utf8'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ENOTDIR' ? [] : undefined
  }
}
