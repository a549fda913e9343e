/** Where a value comes from; a later one goes before an earlier one. */
export type ConfigOrigin = 'default' | 'repository' | 'user' | 'environment' | 'flag'

/** The configuration, by key. */
export interface Config {
  /** ws and wss URLs of signaling servers. */
  readonly 'signaling.urls': readonly string[]
  /** stun, turn and turns URLs. */
  readonly 'ice.servers': readonly string[]
  /** Apply clean merges of heads, or only offer them. */
  readonly 'room.autoMerge': 'apply' | 'offer'
  /** Move the branch forward to the commits of others. */
  readonly 'room.follow': boolean
  /** What of the records goes to remotes. */
  readonly 'notes.publish': 'none' | 'records' | 'prompts'
  /** Names and programs with arguments whose first line of output goes into the environment of a record: `python: python3 --version`. */
  readonly 'commit.env': Readonly<Record<string, string>>
  /** Bytes above which a file is named in a room, not shared. */
  readonly maxFileBytes: number
  readonly 'author.name': string
  readonly 'author.email': string
  readonly color: 'auto' | 'always' | 'never'
}

export type ConfigKey = keyof Config

/** How one key is read. */
export interface ConfigRow {
  readonly fallback: Config[ConfigKey]
  /** For people: what is allowed. */
  readonly allowed: string
  /** A file that came with a clone may not set it: it names a program, a host or a person to trust. */
  readonly needsTrust: boolean
  /** The value; from a file any YAML value, from the environment and flags a text. Undefined where it is not allowed. */
  readonly read: (value: unknown) => Config[ConfigKey] | undefined
}

const maxItems = 32

function oneOf(...words: readonly string[]): Pick<ConfigRow, 'allowed' | 'read'> {
  return {
    allowed: words.join(', '),
    read: (value) => (words.includes(value as string) ? (value as Config[ConfigKey]) : undefined),
  }
}

/** A list, or a text of items between commas. */
function urls(...schemes: readonly string[]): Pick<ConfigRow, 'allowed' | 'read'> {
  const pattern = new RegExp(String.raw`^(?:${schemes.join('|')}):[^\s\p{Cc}]{1,1000}$`, 'u')
  return {
    allowed: `a list of URLs with ${schemes.map((scheme) => `${scheme}:`).join(' or ')}`,
    read: (value) => {
      const items: unknown[] | undefined =
        typeof value === 'string'
          ? value
              .split(',')
              .map((item) => item.trim())
              .filter(Boolean)
          : Array.isArray(value)
            ? value
            : undefined
      const isUrl = (item: unknown): item is string => typeof item === 'string' && pattern.test(item)
      return items && items.length <= maxItems && items.every(isUrl) ? items : undefined
    },
  }
}

function line(allowed: string, pattern: RegExp): Pick<ConfigRow, 'allowed' | 'read'> {
  return { allowed, read: (value) => (typeof value === 'string' && pattern.test(value) ? value : undefined) }
}

function readTruth(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  return value === 'true' ? true : value === 'false' ? false : undefined
}

function readBytes(value: unknown): number | undefined {
  const bytes = typeof value === 'string' && /^[0-9]{1,10}$/.test(value) ? Number(value) : value
  return typeof bytes === 'number' && Number.isInteger(bytes) && bytes >= 0 && bytes <= 10_000_000 ? bytes : undefined
}

function readCommands(value: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const rows = Object.entries(value as Record<string, unknown>)
  const isCommand = ([name, command]: [string, unknown]) =>
    /^[\w.+-]{1,100}$/.test(name) && typeof command === 'string' && /^[^\p{Cc}]{1,1000}$/u.test(command)
  return rows.length <= maxItems && rows.every(isCommand)
    ? (Object.fromEntries(rows) as Record<string, string>)
    : undefined
}

/** Every key. What is not here is unknown. */
export const configSchema: Readonly<Record<ConfigKey, ConfigRow>> = {
  'signaling.urls': { fallback: [], needsTrust: true, ...urls('ws', 'wss') },
  'ice.servers': { fallback: [], needsTrust: true, ...urls('stun', 'stuns', 'turn', 'turns') },
  'room.autoMerge': { fallback: 'apply', needsTrust: false, ...oneOf('apply', 'offer') },
  'room.follow': { fallback: true, needsTrust: false, allowed: 'true, false', read: readTruth },
  'notes.publish': { fallback: 'none', needsTrust: true, ...oneOf('none', 'records', 'prompts') },
  'commit.env': { fallback: {}, needsTrust: true, allowed: 'names with a command each', read: readCommands },
  maxFileBytes: { fallback: 10_000_000, needsTrust: false, allowed: 'bytes, 0 to 10000000', read: readBytes },
  'author.name': { fallback: '', needsTrust: true, ...line('a name on one line', /^[^<>\p{Cc}]{0,200}$/u) },
  'author.email': { fallback: '', needsTrust: true, ...line('an e-mail address', /^(?:[^<>\s\p{Cc}]{1,250})?$/u) },
  color: { fallback: 'auto', needsTrust: false, ...oneOf('auto', 'always', 'never') },
}

/** Is it a key of the configuration? */
export function isConfigKey(key: string): key is ConfigKey {
  return Object.hasOwn(configSchema, key)
}

/** The variable of the environment that sets a key: `AI_VCS_ROOM_AUTO_MERGE` for `room.autoMerge`. */
export function variableOf(key: ConfigKey): string {
  return `AI_VCS_${key.replaceAll('.', '_').replace(/[A-Z]/g, '_$&').toUpperCase()}`
}
