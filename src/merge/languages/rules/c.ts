import { mergeRules } from './defaults.ts'

const lists = {
  translation_unit: { order: 'free' },
  compound_statement: { order: 'ordered' },
  declaration_list: { order: 'free' },
  field_declaration_list: { order: 'ordered' },
  enumerator_list: { order: 'ordered', separator: ',' },
  initializer_list: { order: 'ordered', separator: ',' },
} as const

const names = {
  preproc_include: ['path'],
  function_definition: ['declarator', 'declarator'],
  declaration: ['declarator', 'declarator'],
  field_declaration: ['declarator'],
  type_definition: ['declarator'],
}

const identifiers = ['identifier', 'type_identifier']

const binders = {
  preproc_def: ['name'],
  preproc_function_def: ['name'],
  struct_specifier: ['name'],
  union_specifier: ['name'],
  enum_specifier: ['name'],
  enumerator: ['name'],
  type_definition: ['declarator'],
  declaration: ['declarator'],
  init_declarator: ['declarator'],
  function_definition: ['declarator'],
  parameter_declaration: ['declarator'],
  labeled_statement: ['label'],
}

/** The order of declarations in a C file has a meaning to its compiler, but one added by each side knows nothing of the other. */
export const c = mergeRules({ lists, names, identifiers, binders, defaults: ['init_declarator.value'] })

export const cpp = mergeRules({
  lists: { ...lists, field_declaration_list: { order: 'ordered' } },
  wrappers: { template_declaration: ['function_definition', 'class_specifier', 'declaration', 'alias_declaration'] },
  names,
  identifiers: [...identifiers, 'namespace_identifier'],
  binders: {
    ...binders,
    class_specifier: ['name'],
    namespace_definition: ['name'],
    alias_declaration: ['name'],
    using_declaration: ['last:'],
    type_parameter_declaration: ['*'],
    optional_parameter_declaration: ['declarator'],
    for_range_loop: ['declarator'],
    lambda_capture_initializer: ['left'],
    structured_binding_declarator: ['*'],
  },
  overloads: {},
  defaults: ['init_declarator.value', 'optional_parameter_declaration.default_value'],
})
