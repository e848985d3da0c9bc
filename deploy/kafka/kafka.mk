# Apache Kafka without a container: its jars from Maven, started by Python. Included by the Makefile.
PORT ?= 9092
KAFKA_JARS := deploy/kafka/libs/.complete

.PHONY: kafka kafka-jars faults
kafka: install $(KAFKA_JARS) ## Apache Kafka on 127.0.0.1:9092 until Ctrl-C (PORT=another)
	$(BIN)/python deploy/kafka/broker.py --port $(PORT)

kafka-jars: $(KAFKA_JARS) ## fetch Apache Kafka's jars (45 MB, needs Maven)

$(KAFKA_JARS): deploy/kafka/pom.xml
	cd deploy/kafka && mvn -q -B dependency:copy-dependencies -DoutputDirectory=libs -DincludeScope=runtime
	@touch $@

faults: install kafka-jars registry-jars ## break the worker, the broker and the registry on a real Kafka; nothing may be lost
	SEKISHO_TEST_KILLS=10 SEKISHO_TEST_OUTAGE_S=60 $(BIN)/python -m pytest -m kafka tests/kafka --durations=0
