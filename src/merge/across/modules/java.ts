import type { ImportedName } from '../file-symbols.ts'
import type { Source } from '../../structure/source.ts'
import type { Exchanged, ModuleRules } from '../module-rules.ts'
import { dottedImport, packageFiles } from './packages.ts'

const name = ['name']

/** Types of packages, and what is used behind the name of a type. */
export const javaModules: ModuleRules = {
  definitions: {
    class_declaration: name,
    interface_declaration: name,
    enum_declaration: name,
    record_declaration: name,
    annotation_type_declaration: name,
  },
  through: [],
  members: { method_declaration: name, field_declaration: ['declarator', 'name'], class_declaration: name },
  qualified: { method_invocation: ['object', 'name'], field_access: ['object', 'field'] },
  shorthands: [],
  importing: ['import_declaration', 'package_declaration'],
  builtIn: [],
  exchanged,
  filesOf: (request, index) => packageFiles(request, index, 'java'),
  own: (_, ofPackage = '') => ofPackage,
  spell: ({ package: target }) => target,
}

function exchanged(source: Source): Exchanged {
  const imports: ImportedName[] = []
  let ofPackage = ''
  for (const node of source.children(0)) {
    const children = source.children(node)
    const path = children.find((child) => source.kind(child).endsWith('identifier'))
    if (path === undefined) continue
    if (source.kind(node) === 'package_declaration') ofPackage = source.textOf(path)
    const isOther = children.some((child) => ['asterisk', 'static'].includes(source.kind(child)))
    if (source.kind(node) !== 'import_declaration' || isOther) continue
    imports.push(dottedImport(source, node, path, { mark: ';' }))
  }
  return { package: ofPackage, imports, stars: [], isOpen: false }
}
