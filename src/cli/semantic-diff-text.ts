import { escapeLine } from '../provenance/message-escape.ts'
import type { ChangeKind, FileDescription, MediaManifest, SemanticChange } from '../merge/index.ts'
import type { SemanticDiff } from '../repository/semantic-diff.ts'
import type { Style } from './style.ts'

const signs: Readonly<Record<ChangeKind, string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  renamed: '>',
  moved: '>',
  extracted: '+',
  inlined: '-',
}

const hashDigits = 12

/** What differs, a line for each entity, for people. */
export function semanticDiffText({ files }: SemanticDiff, style: Style): string {
  return files.map((file) => fileText(file, style)).join('\n\n')
}

function fileText(file: FileDescription, style: Style): string {
  const { path, from, status, modality, language, changes, manifest } = file
  const was = from === undefined ? '' : ` from ${escapeLine(from)}`
  const told = [status === 'modified' ? '' : `${status}${was}`, language ?? (modality === 'text' ? '' : modality)]
  const notes = told.filter(Boolean).join(', ')
  const head = `${style.strong(escapeLine(path))}${notes && style.faint(` (${notes})`)}`
  // Of a whole file it goes without saying that its imports are in it.
  const shown =
    status === 'added' || status === 'deleted' ? changes.filter(({ entity }) => entity !== 'import') : changes
  const width = Math.max(0, ...shown.map(({ entity }) => entity.length))
  const lines = shown.map((change) => changeText(change, width, style))
  return [head, ...lines, ...manifestText(manifest, style)].join('\n')
}

function changeText(change: SemanticChange, width: number, style: Style): string {
  const { entity, name, from, to, parts, values, breaks = [], isGuess } = change
  const paint = {
    added: style.good,
    removed: style.bad,
    changed: style.notable,
    renamed: style.strong,
    moved: style.strong,
    extracted: style.good,
    inlined: style.bad,
  }
  const moved = from !== undefined || change.change === 'moved' || change.change === 'renamed'
  const place = (other: typeof from): string =>
    [other?.name, other?.path && `in ${other.path}`].flatMap((part) => (part ? [escapeLine(part)] : [])).join(' ')
  const way = [
    ...(to
      ? [`${change.change} to ${place(to)}`]
      : moved
        ? [`${change.change}${place(from) && ` from ${place(from)}`}`]
        : []),
    ...(isGuess ? ['a guess'] : []),
    ...parts,
    ...breaks.map((reason) => style.bad(`breaks: ${escapeLine(reason)}`)),
  ].join(', ')
  const value = valueText(values)
  const words = [name && escapeLine(name), value, way && `(${way})`].filter(Boolean).join('  ')
  return `  ${paint[change.change](signs[change.change])} ${entity.padEnd(width)}  ${words}${words && '  '}${style.faint(linesText(change))}`
}

function valueText(values: SemanticChange['values']): string {
  if (!values) return ''
  const { before, after } = values
  return [before, after].flatMap((value) => (value === undefined ? [] : [escapeLine(value)])).join(' -> ')
}

/** Lines as people count them, from 1: those of the new file, else of the old one. */
function linesText({ before, after }: SemanticChange): string {
  const range = after ?? before
  if (!range) return ''
  const { from, end } = range
  return `${after ? '' : 'was '}${end - from > 1 ? `lines ${from + 1}-${end}` : `line ${from + 1}`}`
}

function manifestText(manifest: FileDescription['manifest'], style: Style): readonly string[] {
  if (!manifest) return []
  const { before, after } = manifest
  return [
    ...(before ? [`  ${style.bad('-')} ${mediaText(before)}`] : []),
    ...(after ? [`  ${style.good('+')} ${mediaText(after)}`] : []),
  ]
}

function mediaText({ sizeBytes, sha256, mediaType, width, height }: MediaManifest): string {
  const size = width === undefined ? '' : `${width} x ${height}`
  return [mediaType, size, `${sizeBytes} bytes`, `sha256 ${sha256.slice(0, hashDigits)}`].filter(Boolean).join(', ')
}
