import type { IdlGrammar } from './idl-grammar.ts'

/** Apache Thrift (thrift.apache.org, interface description language). */
export const thriftGrammar: IdlGrammar = {
  name: 'thrift',
  comment: /\/\/[^\n]*|#[^\n]*|\/\*[^]*?(?:\*\/|(?<open>$))/y,
  tokens: {
    string: /(["'])(?:(?!\1)[^\\]|\\[^])*(?:\1|(?<open>))/y,
    number: /[-+]?(?:0[xX][\da-fA-F]+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/y,
    word: /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y,
  },
  rules: `
    document = (include | namespace | const | typedef | enum | struct | service | ';')*
    include = ('include' | 'cpp_include') name:string
    namespace = 'namespace' name:_scope word annotations?
    _scope = word | '*'
    const = 'const' type:_type name:word '=' value:_value _end
    typedef = 'typedef' type:_type name:type_name annotations? _end
    enum = 'enum' name:type_name body:enum_body annotations?
    enum_body = '{' (enum_value | ',' | ';')* '}'
    enum_value = name:word ('=' number:number)? annotations?
    struct = ('struct' | 'union' | 'exception') name:type_name 'xsd_all'? body:struct_body annotations?
    struct_body = '{' (field | ',' | ';')* '}'
    field = number:field_id? label:('required' | 'optional')? type:_type '&'? name:word ('=' value:_value)? annotations?
    field_id = number ':'
    service = 'service' name:type_name ('extends' type_name)? body:service_body annotations?
    service_body = '{' (function | ',' | ';')* '}'
    function = 'oneway'? type:_type name:word parameters:parameters throws:throws? annotations?
    parameters = '(' (field | ',' | ';')* ')'
    throws = 'throws' parameters
    _type = container | type_name
    container = ('map' '<' _type ',' _type '>' | ('list' | 'set') '<' _type '>') annotations?
    type_name = word annotations?
    annotations = '(' (annotation | ',' | ';')* ')'
    annotation = name:word ('=' value:string)?
    _value = literal_list | literal_map | string | number | word
    literal_list = '[' (_value | ',' | ';')* ']'
    literal_map = '{' (literal_entry | ',' | ';')* '}'
    literal_entry = name:_value ':' value:_value
    _end = (',' | ';')?
  `,
}
