import { existsSync, readFileSync } from 'node:fs'
import { AnvcsError } from '../contracts/errors.ts'
import type { Environment } from '../node/config-folder.ts'
import { settingNames } from './settings.ts'

/** A value of a settings file and where it stands. */
export interface WrittenSetting {
  readonly name: string
  readonly value: unknown
  /** From 1. */
  readonly line: number
}

export interface SettingsFileOptions {
  /** How the file is called in messages. */
  readonly label: string
  readonly environment: Environment
  /** Variables that `${NAME}` may name here. */
  readonly isVariable: (name: string) => boolean
}

const maxBytes = 64 * 1024
/** Sections whose values may be maps. */
const sectionsOfMaps = ['guards']

function isSection(name: string): boolean {
  return sectionsOfMaps.includes(name) || settingNames.some((setting) => setting.startsWith(`${name}.`))
}

/** The settings in a YAML file: sections of names. None where there is no file. Throws CONFIG_INVALID with the line. */
export async function readSettingsFile(path: string, options: SettingsFileOptions): Promise<readonly WrittenSetting[]> {
  const { label } = options
  const text = readIfThere(path, label)
  if (text.length > maxBytes) throw invalid(label, 1, 'the file is larger than 64 KiB')
  // What `init` writes is comments only: no need to load the reader.
  if (text.split('\n').every((line) => /^\s*(#|$)/.test(line))) return []
  const { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', uniqueKeys: true, prettyErrors: false })
  const lineAt = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line)
  const fault = document.errors[0]
  if (fault) throw invalid(label, lineAt(fault.pos[0]), fault.message.split('\n', 1)[0]!)
  const lineOf = (node: unknown) => lineAt((node as { range?: readonly number[] } | null)?.range?.[0])
  const plain = (node: unknown, mayBeMap = false): unknown => {
    // An alias could make a small file a large one.
    if (isAlias(node) || (isMap(node) && !mayBeMap))
      throw invalid(label, lineOf(node), 'a plain value or a list is wanted here')
    if (isMap(node)) return Object.fromEntries(node.items.map(({ key, value }) => [String(key), plain(value)]))
    if (isSeq(node)) return node.items.map((item) => plain(item))
    const value = isScalar(node) ? node.value : node
    return typeof value === 'string' ? expand(value, lineOf(node), options) : value
  }
  if (document.contents === null) return []
  if (!isMap(document.contents)) throw invalid(label, 1, 'sections are wanted, such as `room:`')
  return document.contents.items.flatMap((section) => {
    const name = String(section.key)
    if (isScalar(section.value) && section.value.value === null) return []
    if (!isMap(section.value)) {
      if (!isSection(name)) return [{ name, value: undefined, line: lineOf(section.key) }]
      throw invalid(label, lineOf(section.key), `${name} is a section: names go below it`)
    }
    return section.value.items.map((pair) => ({
      name: `${name}.${String(pair.key)}`,
      value: plain(pair.value, sectionsOfMaps.includes(name)),
      line: lineOf(pair.key),
    }))
  })
}

function readIfThere(path: string, label: string): string {
  // An error takes ten times as long to be made as to look.
  if (!existsSync(path)) return ''
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new AnvcsError('CONFIG_INVALID', { message: `${label} cannot be read.`, cause: error })
  }
}

/** `${NAME}` and `${NAME:-otherwise}`. */
function expand(text: string, line: number, { label, environment, isVariable }: SettingsFileOptions): string {
  return text.replace(/\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (_, name: string, otherwise: string | undefined) => {
    if (!isVariable(name))
      throw invalid(label, line, `only variables that begin with AI_VCS_ may be named here, not ${name}`)
    const value = environment[name] || otherwise
    if (value === undefined) throw invalid(label, line, `the variable ${name} is not set`)
    return value
  })
}

export function invalid(label: string, line: number, message: string): AnvcsError {
  return new AnvcsError('CONFIG_INVALID', { message: `${label}:${line}: ${message}`, details: { file: label, line } })
}
