import { readFile } from 'node:fs/promises'
import type { Node, Pair } from 'yaml'
import { AnvcsError } from '../contracts/errors.ts'
import {
  configSchema,
  isConfigKey,
  variableOf,
  type Config,
  type ConfigKey,
  type ConfigOrigin,
} from './config-schema.ts'

/** Bytes of a file that are read. */
const maxFileSize = 1 << 16

/** Where to look. A file that does not exist says nothing. */
export interface ConfigSources {
  /** `ai-vcs.config.yaml` of the repository: untrusted, it may have come with a clone. */
  readonly repositoryFile?: string
  readonly userFile?: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Values of flags, by key. */
  readonly flags?: Readonly<Partial<Record<ConfigKey, string>>>
}

/** A value and where it comes from: `file:line`, a variable, or nothing for a flag and a default. */
export interface ConfigValue {
  readonly key: ConfigKey
  readonly value: Config[ConfigKey]
  readonly origin: ConfigOrigin
  readonly place?: string
}

/** What was read, and what of it was left out. */
export interface LoadedConfig {
  readonly values: Config
  readonly warnings: readonly string[]
  /** Every key with its value and its origin, in the order of the schema. */
  readonly list: readonly ConfigValue[]
}

interface Setting {
  readonly key: string
  readonly value: unknown
  readonly place: string
}

/**
 * The configuration: the repository's file, then the user's, then `AI_VCS_*`, then flags, the later before the earlier. In files
 * `${NAME}` and `${NAME:-default}` stand for a variable (in the repository's file for the default only: it must not read out
 * variables). Throws CONFIG_INVALID with file, line, key and what is allowed; what a repository's file may not set is a warning.
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const found = new Map<ConfigKey, ConfigValue>()
  const warnings: string[] = []
  const take = (origin: ConfigOrigin, { key, value, place }: Setting) => {
    if (!isConfigKey(key)) warnings.push(`${place}: ${key} is not a known key; it is ignored.`)
    else if (origin === 'repository' && configSchema[key].needsTrust)
      warnings.push(`${place}: ${key} cannot be set by a repository; it is ignored.`)
    else found.set(key, { key, origin, place, value: checked(key, value, place) })
  }
  const none = {}
  for (const setting of await settingsOf(sources.repositoryFile, none)) take('repository', setting)
  for (const setting of await settingsOf(sources.userFile, sources.environment)) take('user', setting)
  for (const key of Object.keys(configSchema) as ConfigKey[]) {
    const name = variableOf(key)
    const value = sources.environment[name]
    if (value !== undefined) take('environment', { key, value, place: name })
  }
  for (const [key, value] of Object.entries(sources.flags ?? {})) take('flag', { key, value, place: `--${key}` })
  const list = (Object.keys(configSchema) as ConfigKey[]).map(
    (key): ConfigValue => found.get(key) ?? { key, origin: 'default', value: configSchema[key].fallback },
  )
  const values = Object.fromEntries(list.map(({ key, value }) => [key, value])) as unknown as Config
  return { values, warnings, list }
}

function checked(key: ConfigKey, value: unknown, place: string): Config[ConfigKey] {
  const { read, allowed } = configSchema[key]
  const good = read(value)
  if (good === undefined) throw invalid(place, `${key} must be: ${allowed}`, { key, allowed })
  return good
}

async function settingsOf(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Setting[]> {
  const text = file === undefined ? undefined : await textOf(file)
  if (file === undefined || text === undefined) return []
  // Most runs have no file, and need no parser.
  const { isMap, isScalar, LineCounter, parseDocument, visit: walk } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const placeOf = (offset: number) => `${file}:${lines.linePos(offset).line}`
  const error = document.errors[0]
  if (error) throw invalid(placeOf(error.pos[0]), error.message)
  walk(document, {
    Alias: (_, alias) => {
      throw invalid(placeOf(alias.range?.[0] ?? 0), 'aliases are not allowed')
    },
  })
  const settings: Setting[] = []
  const visit = (node: Node | null, prefix: string) => {
    if (!isMap(node)) throw invalid(placeOf(node?.range?.[0] ?? 0), 'a mapping of keys is expected here')
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const place = placeOf(pair.key.range?.[0] ?? 0)
      if (!isScalar(pair.key) || typeof pair.key.value !== 'string') throw invalid(place, 'a key must be a text')
      const key = prefix + pair.key.value
      const isSection = Object.keys(configSchema).some((known) => known.startsWith(`${key}.`))
      if (isSection) visit(pair.value, `${key}.`)
      else settings.push({ key, value: filled(pair.value?.toJS(document) ?? null, place, environment), place })
    }
  }
  if (document.contents) visit(document.contents, '')
  return settings
}

/** A value with its variables filled in. */
function filled(value: unknown, place: string, environment: Readonly<Record<string, string | undefined>>): unknown {
  if (typeof value === 'string') return filledText(value, place, environment)
  if (Array.isArray(value)) return value.map((item) => filled(item, place, environment))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, place, environment)]))
}

function filledText(text: string, place: string, environment: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$\{([^{}]*)\}/g, (whole, inside: string) => {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inside)
    if (!match) throw invalid(place, `${whole} must be \${NAME} or \${NAME:-default}`)
    return environment[match[1]!] || (match[2] ?? '')
  })
}

async function textOf(file: string): Promise<string | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw invalid(file, `it cannot be read (${code})`)
  }
  if (text.length > maxFileSize) throw invalid(file, `it is above ${maxFileSize} bytes`)
  return text
}

function invalid(place: string, message: string, details: Readonly<Record<string, unknown>> = {}): AnvcsError {
  return new AnvcsError('CONFIG_INVALID', { message: `${place}: ${message}`, details: { place, ...details } })
}
