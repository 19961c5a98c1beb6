; A heredoc's marker names its language, as in <<-JSON or <<BASH.
((heredoc
  (heredoc_open) @injection.language
  (text) @injection.content)
  (#offset! @injection.language 0 2 0 -1))

((comment) @injection.content
  (#set! injection.language "comment"))
