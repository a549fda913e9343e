import type { ImportedName } from '../file-symbols.ts'
import type { Source } from '../../structure/source.ts'
import type { Exchanged, ModuleRules } from '../module-rules.ts'
import { dottedImport, packageFiles } from './packages.ts'

const name = ['name']

/** What stands at the top of files, by package. */
export const kotlinModules: ModuleRules = {
  definitions: {
    function_declaration: name,
    class_declaration: name,
    object_declaration: name,
    type_alias: ['type'],
    property_declaration: ['variable_declaration', 'identifier'],
  },
  through: [],
  members: {},
  qualified: { navigation_expression: ['0', '2'] },
  shorthands: [],
  importing: ['import', 'package_header'],
  builtIn: [],
  exchanged,
  filesOf: (request, index) => packageFiles(request, index, 'kt'),
  own: (_, ofPackage = '') => ofPackage,
  spell: ({ package: target }) => target,
}

function exchanged(source: Source): Exchanged {
  const imports: ImportedName[] = []
  let ofPackage = ''
  for (const node of source.children(0)) {
    const children = source.children(node)
    const path = children.find((child) => source.kind(child) === 'qualified_identifier')
    if (path === undefined) continue
    if (source.kind(node) === 'package_header') ofPackage = source.textOf(path)
    const isAll = children.some((child) => source.textOf(child) === '*')
    if (source.kind(node) !== 'import' || isAll) continue
    const alias = children.find((child) => source.kind(child) === 'identifier')
    imports.push(dottedImport(source, node, path, { alias }))
  }
  return { package: ofPackage, imports, stars: [], isOpen: false }
}
