module meridian.test/credentials

go 1.26.0
