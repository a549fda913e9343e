import { mergeRules } from './defaults.ts'

export const kotlin = mergeRules({
  lists: {
    source_file: { order: 'free' },
    class_body: { order: 'free' },
    enum_class_body: { order: 'ordered' },
    block: { order: 'ordered' },
  },
  names: {
    import: ['qualified_identifier'],
    property_declaration: ['variable_declaration', 'identifier'],
    type_alias: ['type'],
  },
  free: ['function_declaration', 'class_declaration', 'object_declaration'],
  overloads: { function_declaration: 'function_value_parameters' },
  identifiers: ['identifier'],
  binders: {
    import: ['last:'],
    package_header: ['*'],
    class_declaration: ['name'],
    object_declaration: ['name'],
    function_declaration: ['name'],
    variable_declaration: ['*'],
    class_parameter: ['*'],
    parameter: ['*'],
    enum_entry: ['*'],
    type_parameter: ['*'],
    catch_block: ['*'],
    label: ['*'],
  },
  members: { navigation_expression: ['*'], value_argument: ['name'] },
})
