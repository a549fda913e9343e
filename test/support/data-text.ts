/** A document to be printed. Comments hold a number that no other comment has. */
export type Tree =
  | { readonly kind: 'scalar'; readonly value: string | number | boolean }
  | { readonly kind: 'map'; readonly entries: readonly TreeEntry[] }
  | { readonly kind: 'list'; readonly entries: readonly TreeEntry[] }

export interface TreeEntry {
  readonly key: string
  readonly comment: string
  readonly trail: string
  readonly emptyLines: number
  readonly tree: Tree
}

/** How a side writes: what a formatter may change. */
export interface Style {
  readonly unit: string
  readonly quote: '"' | "'" | ''
  readonly isWide: boolean
  readonly hasLastComma: boolean
  readonly lineBreak: string
  readonly endsWithBreak: boolean
}

export type DataKind = 'json' | 'jsonc' | 'yaml' | 'toml'

/** A document in a style. Of a YAML list at the root each element is a document of its own. */
export function printed(tree: Tree, style: Style, language: DataKind): string {
  const lines =
    language === 'yaml'
      ? documentsOf(tree).flatMap((document, i) => [...(i > 0 ? ['---'] : []), ...yamlLines(document, '', style)])
      : language === 'toml'
        ? tomlLines(tree, [], style)
        : [jsonText(tree, '', style)]
  const text = lines.join('\n').replaceAll('\n', style.lineBreak)
  return style.endsWithBreak ? text + style.lineBreak : text
}

function scalarText(value: string | number | boolean, quote: string): string {
  if (typeof value !== 'string') return String(value)
  return quote === '' && !isPlain(value) ? JSON.stringify(value) : `${quote}${value}${quote}`
}

/** Whether a text needs no quotes in any of the languages, and is no number without them. */
function isPlain(text: string): boolean {
  return /^[A-Za-z][\w .-]*$/.test(text)
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
}

function documentsOf(tree: Tree): readonly Tree[] {
  return tree.kind === 'list' && tree.entries.length > 0 ? tree.entries.map((entry) => entry.tree) : [tree]
}

function isShort(tree: Tree): boolean {
  return (
    tree.kind !== 'scalar' &&
    tree.entries.every((entry) => entry.tree.kind === 'scalar' && entry.comment === '' && entry.trail === '')
  )
}

function jsonText(tree: Tree, indent: string, style: Style): string {
  if (tree.kind === 'scalar') return scalarText(tree.value, '"')
  const [open, close] = tree.kind === 'map' ? '{}' : '[]'
  if (tree.entries.length === 0) return `${open}${close}`
  const isInline = style.isWide && isShort(tree)
  const inner = indent + style.unit
  const items = tree.entries.map((entry, i) => {
    const comma = i + 1 < tree.entries.length || (style.hasLastComma && !isInline) ? ',' : ''
    const key = tree.kind === 'map' ? `"${entry.key}": ` : ''
    const body = `${key}${jsonText(entry.tree, inner, style)}${comma}`
    if (isInline) return i === 0 ? body : ` ${body}`
    const comment = entry.comment === '' ? '' : `\n${inner}// ${entry.comment}`
    return `${'\n'.repeat(entry.emptyLines)}${comment}\n${inner}${body}${entry.trail === '' ? '' : ` // ${entry.trail}`}`
  })
  return `${open}${items.join('')}${isInline ? '' : `\n${indent}`}${close}`
}

function before(entry: TreeEntry, indent: string): readonly string[] {
  return [
    ...Array.from({ length: entry.emptyLines }, () => ''),
    ...(entry.comment === '' ? [] : [`${indent}# ${entry.comment}`]),
  ]
}

function trailOf({ trail }: TreeEntry): string {
  return trail === '' ? '' : ` # ${trail}`
}

function flowText(tree: Tree, separator: string, quote: string): string {
  if (tree.kind === 'scalar') return scalarText(tree.value, quote)
  const items = tree.entries.map(
    (entry) =>
      (tree.kind === 'map' ? `${keyText(entry.key)}${separator}` : '') + flowText(entry.tree, separator, quote),
  )
  return tree.kind === 'map' ? `{${items.join(', ')}}` : `[${items.join(', ')}]`
}

function yamlLines(tree: Tree, indent: string, style: Style): readonly string[] {
  if (tree.kind === 'scalar') return [indent + scalarText(tree.value, style.quote)]
  return tree.entries.flatMap((entry) => {
    const head = tree.kind === 'map' ? `${keyText(entry.key)}:` : '-'
    const isFlow =
      entry.tree.kind !== 'scalar' && (entry.tree.entries.length === 0 || (style.isWide && isShort(entry.tree)))
    if (entry.tree.kind === 'scalar' || isFlow) {
      const isText =
        entry.tree.kind === 'scalar' &&
        typeof entry.tree.value === 'string' &&
        entry.tree.value.startsWith('text 1') &&
        style.quote === ''
      if (isText) {
        const text = (entry.tree as { value: string }).value
        return [
          ...before(entry, indent),
          `${indent}${head} |${trailOf(entry)}`,
          `${indent}${style.unit}${text}`,
          `${indent}${style.unit}more`,
        ]
      }
      return [...before(entry, indent), `${indent}${head} ${flowText(entry.tree, ': ', style.quote)}${trailOf(entry)}`]
    }
    const inner = yamlLines(entry.tree, indent + style.unit, style)
    const compact =
      tree.kind === 'list' && entry.tree.kind === 'map' && !inner[0]!.trimStart().startsWith('#') && inner[0] !== ''
    if (compact && entry.trail === '')
      return [...before(entry, indent), `${indent}-${style.unit.slice(1)}${inner[0]!.trimStart()}`, ...inner.slice(1)]
    return [...before(entry, indent), `${indent}${head}${trailOf(entry)}`, ...inner]
  })
}

function tomlLines(tree: Tree, path: readonly string[], style: Style): readonly string[] {
  if (tree.kind === 'scalar') return []
  const isTable = ({ tree: { kind } }: TreeEntry) => kind === 'map'
  const isArray = ({ tree: inner }: TreeEntry) =>
    inner.kind === 'list' && inner.entries.length > 0 && inner.entries.every(isTable)
  const quote = style.quote === '' ? '"' : style.quote
  const values = tree.entries.filter((entry) => !isTable(entry) && !isArray(entry))
  const sections = tree.entries.filter((entry) => isTable(entry) || isArray(entry))
  const lines = values.flatMap((entry) => {
    const head = `${keyText(entry.key)} = `
    if (entry.tree.kind !== 'list' || style.isWide)
      return [...before(entry, ''), `${head}${flowText(entry.tree, ' = ', quote)}${trailOf(entry)}`]
    const items = entry.tree.entries.flatMap((item) => [
      ...before(item, style.unit),
      `${style.unit}${flowText(item.tree, ' = ', quote)},${trailOf(item)}`,
    ])
    return [...before(entry, ''), `${head}[${trailOf(entry)}`, ...items, ']']
  })
  for (const entry of sections) {
    const name = [...path, keyText(entry.key)]
    if (isTable(entry))
      lines.push(
        '',
        ...before(entry, ''),
        `[${name.join('.')}]${trailOf(entry)}`,
        ...tomlLines(entry.tree, name, style),
      )
    else if (entry.tree.kind === 'list')
      for (const item of entry.tree.entries)
        lines.push(
          '',
          ...before(item, ''),
          `[[${name.join('.')}]]${trailOf(item)}`,
          ...tomlLines(item.tree, name, style),
        )
  }
  return lines
}
