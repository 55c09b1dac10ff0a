module meridian.test/tether

go 1.26.0
