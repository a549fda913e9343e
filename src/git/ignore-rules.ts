import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { isHeldBack, parseIgnorePattern, type IgnorePattern } from '../lib/ignore-patterns.ts'
import type { GitConfig } from './config.ts'

/** Where rules about what is ignored lie. */
export interface IgnorePlaces {
  readonly config: GitConfig
  readonly env: NodeJS.ProcessEnv
  readonly workTree: string
  readonly commonDir: string
}

const maxRuleBytes = 1024 * 1024
const maxRules = 10_000

/** Rules that are not understood here: only git can tell what is ignored. */
export class UnknownRules extends Error {}

/** The rules of gitignore(5): each folder's own first, then those of the clone, then those of the user. Throws UnknownRules. */
export class IgnoreRules {
  readonly #places: IgnorePlaces
  readonly #everywhere: readonly (readonly IgnorePattern[])[]
  readonly #ofFolders = new Map<string, readonly IgnorePattern[]>()
  readonly #folders = new Map<string, boolean>()

  constructor(places: IgnorePlaces) {
    this.#places = places
    const { commonDir, workTree } = places
    const user = userFile(places)
    const isOddCase = places.config.isTrue('core.ignorecase')
    if (isOddCase || (user !== undefined && !isAbsolute(user))) throw new UnknownRules(workTree)
    this.#everywhere = [readRules(join(commonDir, 'info/exclude'), true), user ? readRules(user, true) : []]
  }

  /** Is a path of the work tree ignored, by itself or by a folder above it? */
  isIgnored(path: string, isFolder: boolean): boolean {
    const end = path.lastIndexOf('/')
    if (end > 0 && this.#isFolderIgnored(path.slice(0, end))) return true
    return this.#decide(path.split('/'), isFolder)
  }

  #isFolderIgnored(folder: string): boolean {
    let isIgnored = this.#folders.get(folder)
    if (isIgnored === undefined) this.#folders.set(folder, (isIgnored = this.isIgnored(folder, true)))
    return isIgnored
  }

  #decide(names: readonly string[], isFolder: boolean): boolean {
    for (let depth = names.length - 1; depth >= 0; depth--) {
      const rules = this.#rulesOf(names.slice(0, depth).join('/'))
      const found = rules.length ? isHeldBack(rules, names.slice(depth), isFolder) : undefined
      if (found !== undefined) return found
    }
    for (const rules of this.#everywhere) {
      const found = isHeldBack(rules, names, isFolder)
      if (found !== undefined) return found
    }
    return false
  }

  #rulesOf(folder: string): readonly IgnorePattern[] {
    let rules = this.#ofFolders.get(folder)
    if (!rules) {
      rules = readRules(join(this.#places.workTree, folder, '.gitignore'), false)
      this.#ofFolders.set(folder, rules)
    }
    return rules
  }
}

function userFile({ config, env }: IgnorePlaces): string | undefined {
  const home = env['HOME'] ?? homedir()
  const configured = config.get('core.excludesfile')
  if (configured === undefined) return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git/ignore')
  return configured === '' ? undefined : configured.replace(/^~(?=\/)/, home)
}

/** Git follows no link to rules that lie in the work tree. */
function readRules(path: string, mayBeLink: boolean): readonly IgnorePattern[] {
  if (!existsSync(path)) return []
  const info = mayBeLink ? statSync(path) : lstatSync(path)
  if (!info.isFile()) return []
  if (info.size > maxRuleBytes) throw new UnknownRules(path)
  const lines = readFileSync(path, 'utf8')
    .replace(/^\uFEFF/, '')
    .split('\n')
  // Classes of letters by name (`[[:alpha:]]`) are git's.
  if (lines.length > maxRules || lines.some((line) => line.includes('[:'))) throw new UnknownRules(path)
  return lines.flatMap((line) => parseIgnorePattern(line) ?? [])
}
