a {
  b {
    c "d" {
      e {
        f = 1
      }
    }
  }
  g {
  }
  h = 1
}
