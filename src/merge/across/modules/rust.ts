import type { ImportedName } from '../file-symbols.ts'
import { folderOf, type PathIndex } from '../path-index.ts'
import { spanOf } from '../read-symbols.ts'
import type { Source } from '../../structure/source.ts'
import type { Exchanged, ModuleRequest, ModuleRules, NewSpelling } from '../module-rules.ts'

const name = ['name']

/** Modules are files; what `mod` holds in braces is not followed. */
export const rustModules: ModuleRules = {
  definitions: {
    function_item: name,
    struct_item: name,
    enum_item: name,
    union_item: name,
    trait_item: name,
    type_item: name,
    const_item: name,
    static_item: name,
    mod_item: name,
    macro_definition: name,
  },
  through: [],
  members: {},
  qualified: { scoped_identifier: ['path', 'name'], scoped_type_identifier: ['path', 'name'] },
  behind: { field_expression: 'field' },
  shorthands: ['shorthand_field_initializer', 'shorthand_field_identifier'],
  importing: ['use_declaration'],
  builtIn: [],
  exchanged,
  filesOf,
  inner: (module, own) => `${module}::${own}`,
  receiver: (path) => (/^(crate|super|self)\b/.test(path) ? path : `self::${path}`),
  spell,
}

function exchanged(source: Source): Exchanged {
  const imports: ImportedName[] = []
  const stars: string[] = []
  for (const node of source.children(0)) {
    const argument = source.kind(node) === 'use_declaration' ? source.tree.child(node, 'argument') : undefined
    if (argument !== undefined) readUse(source, node, argument, imports, stars)
  }
  return { imports, stars, isOpen: /\binclude!|\bmacro_rules!/.test(source.text) }
}

function readUse(source: Source, node: number, argument: number, imports: ImportedName[], stars: string[]): void {
  const start = /^(?:pub(?:\([^)]*\))?\s+)?use /.exec(source.textOf(node))?.[0]
  const visit = (at: number, outer: string, outerAt: number | undefined, isItem: boolean): void => {
    const kind = source.kind(at)
    const path = source.tree.child(at, 'path')
    const join = (inner: string) => (outer === '' ? inner : `${outer}::${inner}`)
    if (kind === 'use_list') {
      for (const child of source.children(at)) if (source.isNamed(child)) visit(child, outer, outerAt, true)
      return
    }
    if (kind === 'scoped_use_list') {
      const list = source.tree.child(at, 'list')
      if (path !== undefined && list !== undefined) visit(list, join(source.textOf(path)), outerAt ?? path, false)
      return
    }
    if (kind === 'use_wildcard') {
      stars.push(join(source.textOf(source.children(at)[0]!)))
      return
    }
    const whole = kind === 'use_as_clause' ? path! : at
    const alias = kind === 'use_as_clause' ? source.tree.child(at, 'alias') : undefined
    const before = source.tree.child(whole, 'path')
    const own = source.tree.child(whole, 'name') ?? whole
    const module = before === undefined ? outer : join(source.textOf(before))
    if (module === '' || source.textOf(own) === 'self') return
    imports.push({
      module,
      name: source.textOf(own),
      local: source.textOf(alias ?? own),
      nameAt: spanOf(source, own),
      moduleAt: spanOf(source, (isItem ? outerAt : before) ?? own),
      ...(isItem && { itemAt: spanOf(source, at) }),
      statementAt: spanOf(source, node),
      ...(start !== undefined && { statement: (target, item) => `${start}${target}::${item};` }),
      isAliased: alias !== undefined,
      isHandedOn: source.textOf(node).startsWith('pub'),
    })
  }
  visit(argument, '', undefined, false)
}

/** The folder in which the modules below a file lie. */
function childFolder(path: string): string {
  return /(?:^|\/)(?:mod|lib|main)\.rs$/.test(path) ? folderOf(path) : path.replace(/\.rs$/, '')
}

/** The folder of the crate: the outermost one below `src`, or that of its first file. */
function crateFolder(path: string, index: PathIndex): string | undefined {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    if (['lib.rs', 'main.rs'].some((file) => index.has(folder === '' ? file : `${folder}/${file}`))) return folder
    if (folder === '') return undefined
  }
}

function filesOf({ module, from }: ModuleRequest, index: PathIndex): readonly string[] | undefined {
  const [first, ...names] = module.split('::').map((each) => each.trim())
  let folder: string | undefined
  if (first === 'crate') folder = crateFolder(from, index)
  else if (first === 'self') folder = childFolder(from)
  else if (first === 'super') folder = folderOf(childFolder(from))
  while (folder !== undefined && names[0] === 'super') {
    names.shift()
    folder = folderOf(folder)
  }
  if (folder === undefined) return undefined
  const path = [...(folder === '' ? [] : [folder]), ...names].join('/')
  const own = first === 'self' && names.length === 0 ? [from] : []
  const files = [
    ...own,
    `${path}.rs`,
    ...['mod', 'lib', 'main'].map((each) => (path === '' ? `${each}.rs` : `${path}/${each}.rs`)),
  ]
  const found = files.filter((each) => index.has(each))
  // Else it may be what stands in braces, or a type.
  return found.length === 0 ? undefined : found.slice(0, 1)
}

function spell({ module, old, to }: NewSpelling): string | undefined {
  const names = (path: string) =>
    path
      .replace(/^(?:.*\/)?src\//, '')
      .replace(/(?:^|\/)(?:mod|lib|main)\.rs$|\.rs$/, '')
      .split('/')
      .filter(Boolean)
  if (!module.startsWith('crate') && !module.startsWith('super')) return undefined
  const root = (path: string) => /^(?:.*\/)?src\//.exec(path)?.[0] ?? ''
  return root(old) === root(to) ? ['crate', ...names(to)].join('::') : undefined
}
