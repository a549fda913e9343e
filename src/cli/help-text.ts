/** A command line and what it does. */
export type Example = readonly [commandLine: string, meaning: string]

/** What the help tells of a flag; the reader of the command line knows more of it. */
export interface HelpFlag {
  readonly kind: string
  readonly brief: string
  readonly placeholder?: string
  readonly values?: readonly string[]
  readonly default?: unknown
  readonly withNegated?: boolean
  readonly variadic?: unknown
}

export interface HelpWord {
  readonly placeholder?: string
  readonly brief: string
  readonly optional?: boolean
}

/** Words at the end of the line: so many, or any number of one kind. */
export type HelpWords =
  | { readonly kind: 'tuple'; readonly parameters: readonly HelpWord[] }
  | { readonly kind: 'array'; readonly parameter: HelpWord; readonly minimum?: number }

export interface CommandHelp {
  readonly brief: string
  readonly about: string | undefined
  readonly examples: readonly Example[]
  readonly flags: Readonly<Record<string, HelpFlag>>
  readonly aliases: Readonly<Partial<Record<string, string>>>
  readonly words: HelpWords | undefined
  /** Stands for what the words would give. */
  readonly usage: string | undefined
}

/** The widest line, where words can be parted. */
const maxWidth = 120

/** The help of a command that is called by these words. */
export function commandHelp(name: string, command: CommandHelp): string {
  const { brief, about, examples, flags, aliases, words, usage } = command
  const letters = new Map(Object.entries(aliases).map(([letter, flag]) => [flag, letter]))
  const flagRows = Object.entries(flags).map(([flag, details]): Row => {
    const letter = letters.get(flag)
    return [`${letter ? `-${letter},` : '   '} ${flagName(flag, details)}`, flagMeaning(details)]
  })
  const wordRows = listed(words).map((word): Row => [nameOf(word), word.brief])
  return [
    brief,
    '',
    'USAGE',
    `  ${[name, '[FLAGS]', usage ?? usageOf(words)].join(' ').trimEnd()}`,
    '',
    ...aboutLines(about),
    ...exampleLines(examples),
    ...(wordRows.length ? ['', 'ARGUMENTS', ...rows(wordRows)] : []),
    '',
    'FLAGS',
    ...rows([...flagRows, ['-h, --help', 'Print this help']]),
    '',
  ].join('\n')
}

export interface GroupHelp {
  readonly brief: string
  readonly about: string | undefined
  readonly examples: readonly Example[]
  readonly commands: readonly (readonly [name: string, brief: string])[]
  /** What runs where no command is named. */
  readonly preset: string | undefined
}

/** The help of commands that belong together. */
export function groupHelp(name: string, { brief, about, examples, commands, preset }: GroupHelp): string {
  const commandRows = commands.map(([command, meaning]): Row => [
    command,
    command === preset ? `${meaning}; also without its name` : meaning,
  ])
  return [
    brief,
    '',
    'USAGE',
    `  ${name} ${preset === undefined ? 'COMMAND' : '[COMMAND]'}`,
    '',
    ...aboutLines(about),
    'COMMANDS',
    ...rows(commandRows),
    '',
    ...exampleLines(examples),
    '',
    'FLAGS',
    ...rows([
      ['-h, --help', `Print this help; \`${name} COMMAND --help\` tells of one`],
      ['    --json', 'Print JSON'],
    ]),
    '',
  ].join('\n')
}

type Row = readonly [left: string, right: string]

/** Two columns, the right one in lines that are not too wide. */
export function rows(table: readonly Row[]): readonly string[] {
  const width = Math.max(...table.map(([left]) => left.length))
  const indent = ' '.repeat(width + 4)
  return table.map(([left, right]) => {
    const lines = wrapped(right, maxWidth - indent.length)
    return `  ${left.padEnd(width)}  ${lines.join(`\n${indent}`)}`
  })
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Paragraphs; what is indented stays as it is. */
function aboutLines(about: string | undefined): readonly string[] {
  const paragraphs = about?.split('\n\n') ?? []
  return paragraphs.flatMap((text) => [...(text.startsWith(' ') ? [text] : wrapped(text, maxWidth)), ''])
}

function exampleLines(examples: readonly Example[]): readonly string[] {
  const width = Math.max(...examples.map(([line]) => line.length))
  return ['EXAMPLES', ...examples.map(([line, meaning]) => `  ${line.padEnd(width)}  # ${meaning}`)]
}

function flagName(name: string, { kind, withNegated, values, placeholder = name }: HelpFlag): string {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  if (kind === 'boolean') return withNegated ? `--[no-]${flag}` : `--${flag}`
  return `--${flag} ${values ? values.join('|') : placeholder.toUpperCase()}`
}

function flagMeaning({ kind, brief, variadic, default: preset, values }: HelpFlag): string {
  const facts = [
    ...(variadic ? ['may be given again'] : []),
    ...(kind === 'boolean' && preset === true ? ['so unless told'] : []),
    ...(values && typeof preset === 'string' ? [`${preset} unless told`] : []),
  ]
  return facts.length ? `${brief} (${facts.join('; ')})` : brief
}

function listed(words: HelpWords | undefined): readonly HelpWord[] {
  if (!words) return []
  return words.kind === 'array' ? [words.parameter] : words.parameters
}

function usageOf(words: HelpWords | undefined): string {
  if (!words) return ''
  if (words.kind === 'tuple')
    return words.parameters.map((word) => (word.optional ? `[${nameOf(word)}]` : nameOf(word))).join(' ')
  const name = nameOf(words.parameter)
  return words.minimum ? `${name}...` : `[${name}...]`
}

function nameOf({ placeholder = 'word' }: HelpWord): string {
  return placeholder.toUpperCase()
}
