module meridian.test/resolver

go 1.26.0
