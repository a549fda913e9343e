import type { IdlGrammar } from './idl-grammar.ts'

/** Protocol Buffers, proto2, proto3 and editions (protobuf.dev, language specifications). */
export const protobufGrammar: IdlGrammar = {
  name: 'protobuf',
  comment: /\/\/[^\n]*|\/\*[^]*?(?:\*\/|(?<open>$))/y,
  tokens: {
    string: /(["'])(?:(?!\1)[^\\\n]|\\[^\n])*(?:\1|(?<open>))/y,
    number: /[-+]?(?:0[xX][\da-fA-F]+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)f?/y,
    word: /\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y,
  },
  rules: `
    file = (syntax | import | package | option | message | enum | service | extend | ';')*
    syntax = ('syntax' | 'edition') '=' string ';'
    import = 'import' ('weak' | 'public' | 'option')? name:string ';'
    package = 'package' word ';'
    option = 'option' name:option_name '=' value:_value ';'
    option_name = _part _part*
    _part = word | '(' word ')'
    _value = aggregate | value
    value = other_value other_value*
    other_value = string | number | word | '-'
    aggregate = '{' (aggregate | list | other)* '}'
    list = '[' (aggregate | list | other)* ']'
    message = _visibility 'message' name:type_name body:message_body
    _visibility = ('export' | 'local')?
    type_name = word
    message_body = '{' (message | enum | extend | option | oneof | map_field | reserved | extensions | group | field | ';')* '}'
    oneof = 'oneof' name:word body:oneof_body
    oneof_body = '{' (option | group | field | ';')* '}'
    field = label:('optional' | 'required' | 'repeated')? type:type_name name:word '=' number:number options:field_options? ';'
    group = ('optional' | 'required' | 'repeated')? 'group' name:word '=' number:number options:field_options? body:message_body
    map_field = type:map_type name:word '=' number:number options:field_options? ';'
    map_type = 'map' '<' type_name ',' type_name '>'
    field_options = '[' field_option (',' field_option)* ']'
    field_option = name:option_name '=' value:_value
    reserved = 'reserved' ranges ';'
    extensions = 'extensions' ranges options:field_options? ';'
    ranges = _range (',' _range)*
    _range = range | string | word
    range = number ('to' (number | 'max'))?
    enum = _visibility 'enum' name:type_name body:enum_body
    enum_body = '{' (option | reserved | enum_value | ';')* '}'
    enum_value = name:word '=' number:number options:field_options? ';'
    extend = 'extend' type_name body:message_body
    service = 'service' name:word body:service_body
    service_body = '{' (option | rpc | ';')* '}'
    rpc = 'rpc' name:word request:rpc_type 'returns' response:rpc_type (body:rpc_body ';'? | ';')
    rpc_type = '(' 'stream'? type_name ')'
    rpc_body = '{' (option | ';')* '}'
  `,
}
