import { mergeRules } from './defaults.ts'

const lists = {
  translation_unit: { order: 'free' },
  preproc_ifdef: { order: 'free', from: 'name' },
  preproc_if: { order: 'free', from: 'condition' },
  linkage_specification: { order: 'ordered' },
  compound_statement: { order: 'ordered' },
  parameter_list: { order: 'ordered', separator: ',' },
  argument_list: { order: 'ordered', separator: ',' },
  declaration_list: { order: 'free' },
  field_declaration_list: { order: 'ordered' },
  enumerator_list: { order: 'valued', separator: ',' },
  initializer_list: { order: 'ordered', separator: ',' },
} as const

const labels = {
  if_statement: { chain: 'condition' },
  catch_clause: { before: 'compound_statement' },
  case_statement: { before: ':' },
  initializer_pair: { before: '=' },
  enumerator: { value: 'value' },
}

const names = {
  preproc_include: ['path'],
  function_definition: ['declarator+'],
  declaration: ['declarator+'],
  field_declaration: ['declarator+'],
  type_definition: ['declarator+'],
}

const identifiers = ['identifier', 'type_identifier', 'statement_identifier']

const binders = {
  preproc_def: ['name'],
  preproc_function_def: ['name'],
  preproc_params: ['*'],
  struct_specifier: ['name?body'],
  union_specifier: ['name?body'],
  enum_specifier: ['name?body'],
  enumerator: ['name'],
  type_definition: ['declarator'],
  declaration: ['declarator'],
  init_declarator: ['declarator'],
  function_definition: ['declarator'],
  parameter_declaration: ['declarator'],
  labeled_statement: ['label'],
}

const defaults = ['init_declarator.value', 'array_declarator.size', 'parameter_declaration.type']

const signatures = {
  declarations: { function_definition: ['declarator', 'parameters'], declaration: ['declarator', 'parameters'] },
  calls: ['call_expression'],
}

const declarations = ['function_definition', 'preproc_function_def']

const blocks = ['compound_statement', 'for_statement']

/** Labels. */
const hoisted = ['labeled_statement']

/** The order of declarations in a C file has a meaning to its compiler, but one added by each side knows nothing of the other. */
export const c = mergeRules({
  locals: [],
  lists,
  labels,
  names,
  arguments: ['argument_list'],
  identifiers,
  binders,
  memberBinders: { field_declaration: ['declarator'] },
  members: { field_expression: ['field'] },
  scopes: { declarations, blocks, hoisted },
  signatures,
  defaults,
})

export const cpp = mergeRules({
  locals: [],
  lists: { ...lists, field_declaration_list: { order: 'free' } },
  labels,
  wrappers: {
    template_declaration: [
      'function_definition',
      'class_specifier',
      'struct_specifier',
      'declaration',
      'alias_declaration',
    ],
  },
  names: { ...names, using_declaration: ['.'] },
  overloads: {
    function_definition: ['declarator', 'parameters'],
    declaration: ['declarator', 'parameters'],
    field_declaration: ['declarator', 'parameters'],
  },
  arguments: ['argument_list'],
  identifiers: [...identifiers, 'namespace_identifier', 'field_identifier'],
  binders: {
    ...binders,
    field_declaration: ['declarator'],
    class_specifier: ['name?body'],
    concept_definition: ['name'],
    namespace_definition: ['name'],
    namespace_alias_definition: ['name'],
    alias_declaration: ['name'],
    using_declaration: ['last:'],
    type_parameter_declaration: ['first'],
    variadic_type_parameter_declaration: ['first'],
    optional_type_parameter_declaration: ['name'],
    optional_parameter_declaration: ['declarator'],
    variadic_parameter_declaration: ['declarator'],
    for_range_loop: ['declarator'],
    lambda_capture_initializer: ['left'],
    structured_binding_declarator: ['*'],
  },
  members: { field_expression: ['field'], field_initializer: ['first'] },
  scopes: {
    declarations,
    functions: ['lambda_expression'],
    blocks: [...blocks, 'if_statement', 'while_statement', 'switch_statement', 'for_range_loop', 'catch_clause'],
    hoisted,
  },
  signatures,
  receivers: ['this'],
  defaults: [
    ...defaults,
    'optional_parameter_declaration.default_value',
    'optional_parameter_declaration.type',
    'variadic_parameter_declaration.type',
    'qualified_identifier.scope',
  ],
})
