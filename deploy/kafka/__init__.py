"""Apache Kafka without a container, from its Maven jars."""
