(comment) @comment

(block type: (identifier) @keyword)
(block label: (identifier) @type)
(block label: (string) @type)
(attribute name: (identifier) @property)
(object_item key: (identifier) @property)

(number) @number
(string) @string
(unclosed_string) @string
(template) @string
(heredoc) @string
(heredoc_open) @label
(heredoc_close) @label
(interpolation) @embedded

(path) @variable
(identifier) @variable
((identifier) @constant.builtin (#any-of? @constant.builtin "true" "false" "null"))
(names) @property
(member name: (identifier) @property)
(call name: (identifier) @function)
(function_name) @function

["for" "in" "if" "else" "endif" "endfor"] @keyword
["=" "=>" "?" ":" "..." "==" "!=" "<" "<=" ">" ">=" "&&" "||" "!" "+" "-" "*" "/" "%"] @operator
["{" "}" "(" ")" "[" "]"] @punctuation.bracket
["," "." "::"] @punctuation.delimiter
