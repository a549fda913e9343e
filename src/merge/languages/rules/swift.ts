import { mergeRules } from './defaults.ts'

export const swift = mergeRules({
  lists: {
    source_file: { order: 'free' },
    class_body: { order: 'free' },
    protocol_body: { order: 'free' },
    enum_class_body: { order: 'ordered' },
    statements: { order: 'ordered' },
    array_literal: { order: 'ordered', separator: ',' },
    dictionary_literal: { order: 'ordered', separator: ',' },
  },
  names: {
    import_declaration: ['identifier'],
    property_declaration: ['name', 'bound_identifier'],
  },
  free: ['function_declaration', 'class_declaration'],
})
