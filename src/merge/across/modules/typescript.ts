import type { ImportedName } from '../file-symbols.ts'
import { folderOf, joinPath, pathFrom, type PathIndex } from '../path-index.ts'
import { spanOf } from '../read-symbols.ts'
import { readGiven, readRequired, requiredAt } from './common-js.ts'
import type { Source } from '../../structure/source.ts'
import type { Exchanged, ModuleRequest, ModuleRules, NewSpelling } from '../module-rules.ts'

const name = ['name']
const endings = ['ts', 'tsx', 'mts', 'cts', 'd.ts', 'js', 'jsx', 'mjs', 'cjs']

/** ES modules that name each other by paths; packages and aliases of paths are not of the tree. */
export const typescriptModules: ModuleRules = {
  definitions: {
    function_declaration: name,
    function_signature: name,
    generator_function_declaration: name,
    class_declaration: name,
    abstract_class_declaration: name,
    interface_declaration: name,
    type_alias_declaration: name,
    enum_declaration: name,
    variable_declarator: name,
    internal_module: name,
  },
  called: { variable_declarator: ['value', 'parameters'] },
  through: ['export_statement', 'ambient_declaration', 'lexical_declaration', 'variable_declaration'],
  members: {},
  qualified: { member_expression: ['object', 'property'], nested_type_identifier: ['module', 'name'] },
  shorthands: ['shorthand_property_identifier', 'export_specifier'],
  importing: ['import_statement', 'export_statement'],
  isImport: (source, node) => requiredAt(source, node) !== undefined,
  builtIn: [],
  exchanged,
  filesOf,
  spell,
}

function exchanged(source: Source): Exchanged {
  const imports: ImportedName[] = []
  const exports = new Map<string, string>()
  const stars: string[] = []
  let isOpen = /\b(?:exports\[|declare module\b|export =|Object\.\w+\((?:module\.)?exports)/.test(source.text)
  for (const node of source.children(0)) {
    const from = source.tree.child(node, 'source')
    const required = from === undefined ? requiredAt(source, node) : undefined
    if (from !== undefined) readFrom(source, node, from, imports, exports, stars)
    else if (required !== undefined) imports.push(...readRequired(source, node, required))
    else if (source.kind(node) === 'export_statement') readExport(source, node, exports)
    else if (source.kind(node) === 'expression_statement' && !readGiven(source, node, exports)) isOpen = true
  }
  return { imports, exports, stars, isOpen }
}

function readFrom(
  source: Source,
  node: number,
  from: number,
  imports: ImportedName[],
  exports: Map<string, string>,
  stars: string[],
): void {
  const isHandedOn = source.kind(node) === 'export_statement'
  const { from: start, end } = spanOf(source, from)
  const module = source.text.slice(start + 1, end - 1)
  const add = (at: number, imported: string, local: string, isAliased: boolean, itemAt?: number): void => {
    const keyword = /^(?:import|export)(?:\s+type\b)?/.exec(source.textOf(node))![0]
    const quote = source.text[start]!
    const semicolon = source.textOf(node).endsWith(';') ? ';' : ''
    imports.push({
      module,
      name: imported,
      local,
      nameAt: spanOf(source, at),
      moduleAt: { from: start + 1, end: end - 1 },
      itemAt: itemAt === undefined ? undefined : spanOf(source, itemAt),
      statementAt: spanOf(source, node),
      statement: ['*', 'default'].includes(imported)
        ? undefined
        : (target, item) => `${keyword} { ${item} } from ${quote}${target}${quote}${semicolon}`,
      isAliased,
      isHandedOn,
    })
    if (isHandedOn) exports.set(local, `\0${local}`)
  }
  const visit = (at: number): void => {
    for (const child of source.children(at)) {
      const kind = source.kind(child)
      if (kind === 'import_specifier' || kind === 'export_specifier') {
        const [own, alias] = [source.tree.child(child, 'name'), source.tree.child(child, 'alias')]
        if (own !== undefined) add(own, source.textOf(own), source.textOf(alias ?? own), alias !== undefined, child)
      } else if (kind === 'namespace_import' || kind === 'namespace_export') {
        const own = source.children(child).at(-1)!
        add(own, '*', source.textOf(own), true)
      } else if (kind === 'identifier' && source.kind(at) === 'import_clause')
        add(child, 'default', source.textOf(child), true)
      else if (kind === '*' && isHandedOn) stars.push(module)
      else if (child !== from) visit(child)
    }
  }
  visit(node)
}

function readExport(source: Source, node: number, exports: Map<string, string>): void {
  const children = source.children(node)
  if (children.some((child) => source.textOf(child) === 'default')) exports.set('default', '\0default')
  const visit = (at: number): void => {
    for (const child of source.children(at)) {
      const kind = source.kind(child)
      if (kind === 'export_specifier') {
        const [own, alias] = [source.tree.child(child, 'name'), source.tree.child(child, 'alias')]
        if (own !== undefined) exports.set(source.textOf(alias ?? own), source.textOf(own))
      } else if (kind === 'export_clause' || typescriptModules.through.includes(kind)) visit(child)
      else if (typescriptModules.definitions[kind]) {
        const own = source.tree.child(child, 'name')
        // A pattern declares each name in it.
        const names = own === undefined ? [] : (source.textOf(own).match(/[\p{L}\p{N}_$]+/gu) ?? [])
        for (const each of names) exports.set(each, each)
      }
    }
  }
  visit(node)
}

function filesOf({ module, from }: ModuleRequest, index: PathIndex): readonly string[] | undefined {
  if (!module.startsWith('.')) return undefined
  const path = joinPath(folderOf(from), module)
  if (path === undefined) return undefined
  const stem = path.replace(/\.([cm]?)jsx?$/, '.$1')
  const written = stem === path ? [] : [`${stem}ts`, `${stem}tsx`]
  const found = [path, ...written, ...endings.map((ending) => `${path}.${ending}`)].find((each) => index.has(each))
  if (found !== undefined) return endings.some((ending) => found.endsWith(`.${ending}`)) ? [found] : undefined
  const folder = endings.map((ending) => (path === '' ? `index.${ending}` : `${path}/index.${ending}`))
  const main = folder.find((each) => index.has(each))
  if (main !== undefined) return [main]
  // What ends like something else is made by a build, or loaded by one.
  return /\.[a-z]+$/.test(module) && !/\.[cm]?[jt]sx?$/.test(module) ? undefined : []
}

function spell({ module, from, old, to }: NewSpelling): string {
  const path = pathFrom(folderOf(from), to)
  const ending = /\.[cm]?[jt]sx?$/.exec(module)?.[0]
  const isFolder =
    ending === undefined && /\/index\.\w+$/.test(to) && !module.endsWith('/index') && /index\.\w+$/.test(old)
  if (isFolder) return path.replace(/\/index\.\w+$/, '')
  const stem = path.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '')
  const own = /\.[cm]?[jt]sx?$/.exec(to)![0]
  if (ending === undefined) return stem
  return `${stem}${ending.includes('j') && own.includes('t') ? own.replace('t', 'j').replace('x', '') : own}`
}
