# A schema registry without a container: Apicurio Registry from Maven, for tests. Included by the Makefile.
REGISTRY := deploy/kafka/registry/.complete

.PHONY: registry-jars
registry-jars: $(REGISTRY) ## fetch Apicurio Registry (142 MB, needs Maven)

$(REGISTRY): deploy/kafka/registry-pom.xml
	cd deploy/kafka && mvn -q -B -f registry-pom.xml dependency:unpack-dependencies -DoutputDirectory=registry
	@touch $@
