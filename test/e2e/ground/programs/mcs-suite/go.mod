// What it requires is found when it is built (support/mcs/module.ts): the suite has no released version.
module meridian.test/mcs-suite

go 1.26.0
