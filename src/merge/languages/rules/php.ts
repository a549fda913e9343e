import { mergeRules } from './defaults.ts'

export const php = mergeRules({
  lists: {
    program: { order: 'free' },
    declaration_list: { order: 'free' },
    enum_declaration_list: { order: 'ordered' },
    compound_statement: { order: 'ordered' },
    array_creation_expression: { order: 'ordered', separator: ',' },
    match_block: { order: 'ordered', separator: ',' },
  },
  names: {
    namespace_use_declaration: ['namespace_use_clause', 'qualified_name'],
    property_declaration: ['property_element', 'name'],
    const_declaration: ['const_element', 'name'],
    use_declaration: ['name'],
  },
  identifiers: ['variable_name'],
  binders: {
    assignment_expression: ['left'],
    simple_parameter: ['name'],
    variadic_parameter: ['name'],
    property_promotion_parameter: ['name'],
    property_element: ['name'],
    foreach_statement: ['*'],
    catch_clause: ['name'],
    static_variable_declaration: ['name'],
    global_declaration: ['*'],
  },
})
