import { mergeRules } from './defaults.ts'

export const scala = mergeRules({
  lists: {
    compilation_unit: { order: 'free' },
    template_body: { order: 'free' },
    enum_body: { order: 'ordered' },
    block: { order: 'ordered' },
    namespace_selectors: { order: 'unordered', separator: ',' },
  },
  names: {
    import_declaration: ['.'],
    val_definition: ['pattern'],
    var_definition: ['pattern'],
    identifier: ['.'],
  },
  free: ['function_definition', 'class_definition', 'object_definition', 'trait_definition'],
  overloads: { function_definition: 'parameters' },
})
