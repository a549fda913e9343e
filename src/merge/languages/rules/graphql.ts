import { mergeRules } from './defaults.ts'

/** Everything is found by its name; clients may see the order of fields and of values, and nothing depends on it. */
export const graphql = mergeRules({
  lists: {
    document: { order: 'free' },
    fields: { order: 'free', separator: ',?' },
    input_fields: { order: 'free', separator: ',?' },
    enum_values: { order: 'free', separator: ',?' },
    parameters: { order: 'free', separator: ',?' },
    arguments: { order: 'free', separator: ',?' },
    variables: { order: 'free', separator: ',?' },
    selections: { order: 'free', separator: ',?' },
    object_value: { order: 'free', separator: ',?' },
    list_value: { order: 'ordered', separator: ',?' },
    members: { order: 'unordered', separator: ' ', from: '=' },
    locations: { order: 'unordered', separator: ' ' },
  },
  names: {
    schema: ['=schema'],
    member: ['type_name'],
    piped_member: ['type_name'],
    location: ['word'],
    piped_location: ['word'],
    extension: ['definition', 'name'],
    // A fragment may have the name of a type.
    directive_definition: ['name'],
  },
  overloads: { extension: ['definition'], fragment: ['.'], operation: ['.'], directive_definition: ['name'] },
  typeMembers: {
    types: { type: ['name'], input: ['name'], enum: ['name'] },
    members: [
      { at: 'fields/field', name: ['name'] },
      { at: 'input_fields/parameter', name: ['name'] },
      { at: 'enum_values/enum_value', name: ['name'] },
    ],
  },
  identifiers: ['type_name'],
  binders: Object.fromEntries(['scalar', 'type', 'union', 'enum', 'input'].map((kind) => [kind, ['name']])),
})
