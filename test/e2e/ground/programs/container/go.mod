module meridian.test/container

go 1.26.0
