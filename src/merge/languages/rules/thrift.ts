import { mergeRules } from './defaults.ts'

/** What has no number of its own gets one by its place: such lists are left to their order. */
export const thrift = mergeRules({
  lists: {
    document: { order: 'free' },
    struct_body: { order: 'free', separator: ',?' },
    enum_body: { order: 'valued', separator: ',?' },
    service_body: { order: 'free', separator: ',?' },
    parameters: { order: 'free', separator: ',?' },
    annotations: { order: 'free', separator: ',' },
    literal_list: { order: 'ordered', separator: ',' },
    literal_map: { order: 'free', separator: ',' },
  },
  // Numbers of exceptions have nothing to do with those of parameters.
  names: { throws: ['=throws'] },
  identifiers: ['type_name'],
  binders: { struct: ['name'], enum: ['name'], typedef: ['name'], service: ['name'] },
  wire: {
    numbers: { field: ['number'], enum_value: ['number'] },
    scopes: ['struct', 'parameters', 'enum'],
    openScopes: [],
    reserved: [],
  },
})
